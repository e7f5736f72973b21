import DatabaseTestSupport
import Jobs
import Logging
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

@Suite struct DispatcherTests {
    @Test func `what is enqueued runs once, and a poke is enough to wake it`() async throws {
        try await withEngine { engine, _ in
            try await engine.pool.execute("create table effect (job int8)")
            let dispatcher = dispatcher(engine) { attempt in
                let job = attempt.claim.job
                return .done(RunReport(totals: "{}", hasWarnings: false)) {
                    try await $0.execute("insert into effect values (\(job))")
                }
            }
            try await running(dispatcher) {
                for _ in 0..<20 { _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now()) }
                dispatcher.poke()
                try await until { try await engine.count("select count(*) from bursar.finished_job") == 20 }
            }
            #expect(try await engine.count("select count(*) from effect") == 20)
            #expect(try await engine.count("select count(distinct job) from effect") == 20)
        }
    }

    @Test func `an attempt that throws is tried again, and fails when its attempts are used up`() async throws {
        try await withEngine { engine, _ in
            let probe = EventProbe<Int>()
            let dispatcher = dispatcher(engine) { attempt in
                probe.record(attempt.claim.attempt)
                throw Boom()
            }
            try await running(dispatcher) {
                _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now())
                for attempt in 1...3 {
                    dispatcher.poke()
                    #expect(try await probe.next() == attempt)
                    try await until {
                        try await engine.count("select count(*) from bursar.job where state = 'running'") == 0
                    }
                    engine.time.advance(by: .seconds(60))
                }
            }
            #expect(try await engine.count("select count(*) from bursar.finished_job where state = 'failed'") == 1)
            #expect(try await engine.count("select failures::int8 from bursar.finished_job") == 3)
        }
    }

    @Test func `a bucket's tokens are spent as they come, though nobody tells and nobody looks`() async throws {
        let bucket = TokenBucket("calls", capacity: 1, interval: .milliseconds(50))
        try await withDatabase { database in
            let pool = PostgresPool(
                address: database.address, size: 4, options: ConnectionOptions(settings: EnginePlans.settings))
            let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let session = DaemonSession(
                address: database.address,
                identity: DaemonSession.Identity(host: "test", pid: 1, build: "test", kinds: ["test.work"]),
                logger: quiet)
            let hardlyEver = Liveness(lease: .seconds(36_000), beat: .seconds(3_600))
            let gates = JobGates(bucket: bucket)
            let store = PostgresJobStore(
                pool: pool, session: session,
                kinds: [KindLimits(kind: "test.work", deadline: .seconds(3_600), gates: gates)], liveness: hardlyEver)
            let definition = JobDefinition<PostgresJobStore>(
                kind: "test.work", money: false, retry: RetryPolicy(), deadline: .seconds(3_600), gates: gates
            ) { ScriptedJob { _ in .done(RunReport(totals: "{}", hasWarnings: false)) } }
            let dispatcher = Dispatcher(
                store: store, definitions: [definition],
                settings: DispatcherSettings(slots: 4, liveness: hardlyEver, poll: .seconds(3_600)), logger: quiet)
            try await withRunningPool(pool) {
                try await store.beat()
                for _ in 0..<20 { _ = try await pool.enqueue(NewJob(kind: "test.work")) }
                try await running(dispatcher) {
                    try await until {
                        try await pool.value("select count(*) from bursar.finished_job", as: Int64.self) == 20
                    }
                }
                await session.end()
            }
        }
    }

    @Test func `draining gives what runs its time, then hands it back unharmed`() async throws {
        try await withEngine { engine, _ in
            let probe = EventProbe<String>()
            let dispatcher = dispatcher(engine) { attempt in
                try await attempt.step(checkpoint: #"{"at": 1}"#) { _ in }
                probe.record("begun")
                try await ContinuousClock().sleep(for: .seconds(3_600))
                return .done(RunReport(totals: "{}", hasWarnings: false))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await dispatcher.run() }
                _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now())
                dispatcher.poke()
                #expect(try await probe.next() == "begun")
                engine.time.advance(by: .seconds(60))
                await dispatcher.drain(within: .milliseconds(50))
                try await group.waitForAll()
            }
            #expect(
                try await engine.count(
                    """
                    select count(*) from bursar.job
                    where state = 'waiting' and failures = 0 and checkpoint->>'at' = '1' and run_at = created_at
                    """) == 1)
        }
    }

    @Test func `a job that snoozes comes back at its time and lost no attempt`() async throws {
        try await withEngine { engine, _ in
            let wake = engine.time.now() + .seconds(600)
            let dispatcher = dispatcher(engine) { attempt in
                attempt.claim.attempt == 1
                    ? .snooze(until: wake) : .done(RunReport(totals: "{}", hasWarnings: false))
            }
            try await running(dispatcher) {
                _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now())
                dispatcher.poke()
                try await until {
                    try await engine.count(
                        "select count(*) from bursar.job where state = 'waiting' and attempt = 1 and failures = 0") == 1
                }
                engine.time.set(to: wake)
                dispatcher.poke()
                try await until { try await engine.count("select count(*) from bursar.finished_job") == 1 }
            }
        }
    }

    @Test func `a job that asks for a person is parked with its words`() async throws {
        try await withEngine { engine, _ in
            let dispatcher = dispatcher(engine) { _ in .park(reason: "which of the two?") }
            try await running(dispatcher) {
                _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now())
                dispatcher.poke()
                try await until {
                    try await engine.count(
                        """
                        select count(*) from bursar.job where park_code = 'asked' and error = 'which of the two?'
                        """) == 1
                }
            }
        }
    }

    private func dispatcher(
        _ engine: TestEngine,
        _ body: @escaping @Sendable (Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction>
    ) -> Dispatcher<PostgresJobStore> {
        let definition = JobDefinition<PostgresJobStore>(
            kind: "test.work", money: false, retry: RetryPolicy(attempts: 3), deadline: .seconds(3_600)
        ) { ScriptedJob(body) }
        return Dispatcher(
            store: engine.store, definitions: [definition],
            settings: DispatcherSettings(slots: 4, liveness: TestEngine.liveness, poll: .milliseconds(200)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func running(
        _ dispatcher: Dispatcher<PostgresJobStore>, _ body: @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await dispatcher.run() }
            try await body()
            await dispatcher.drain(within: .seconds(10))
            try await group.waitForAll()
        }
    }

    private func until(_ question: @Sendable () async throws -> Bool) async throws {
        for _ in 0..<3_000 {
            if try await question() { return }
            try await ContinuousClock().sleep(for: .milliseconds(10))
        }
        Issue.record("it did not come true in time")
    }
}

private struct Boom: Error {}

/// A job whose work is a closure of the test.
private actor ScriptedJob: Job {
    private let body: @Sendable (Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction>

    init(_ body: @escaping @Sendable (Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction>) {
        self.body = body
    }

    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        try await body(attempt)
    }
}
