import DatabaseTestSupport
import Jobs
import Postgres
import Primitives
import Scheduling
import Synchronization
import TestSupport
import Testing

@testable import JobsPostgres

/// Attempts and batches that go on beyond their hard deadline.
@Suite struct DeadlineTests {
    @Test(arguments: [false, true])
    func `one that hangs each time is set aside in the end, and its run ends so`(isIdempotent: Bool) async throws {
        try await withFleet(1, limits: [.work(isIdempotent: isIdempotent)]) { fleet, _ in
            let engine = fleet[0]
            let job = try await engine.enqueue(Self.jobWithRun(engine))
            for _ in 0..<Liveness.interruptionsMax {
                let taken =
                    isIdempotent
                    ? try await engine.turn().next?.jobs.map(\.id) ?? [] : try await engine.look().map(\.job)
                #expect(taken == [job])
                engine.time.advance(by: .seconds(3_601))
                try await engine.session.beat()
                #expect(try await engine.store.reap() == 1)
            }
            try await Self.expectParked(engine)
        }
    }

    @Test func `a run whose job is set aside because its batch kills its daemon ends so`() async throws {
        try await withFleet(2, limits: [.work(isIdempotent: true)]) { fleet, _ in
            let (engine, victim) = (fleet[0], fleet[1])
            try await engine.enqueue(Self.jobWithRun(engine))
            try await engine.pool.execute("update bursar.job set interruptions = \(Liveness.interruptionsMax - 1)")
            #expect(try await victim.turn().next?.jobs.count == 1)
            try await victim.die(seenBy: engine)
            #expect(try await engine.store.reap() == 1)
            try await Self.expectParked(engine)
        }
    }

    @Test func `a schedule whose run is set aside because it hangs is held with an alert`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("payday", money: true))
            engine.time.advance(by: .seconds(86_400))
            _ = try await engine.fire()
            #expect(try await engine.look().count == 1)
            try await engine.pool.execute("update bursar.job set interruptions = \(Liveness.interruptionsMax - 1)")
            engine.time.advance(by: .seconds(3_601))
            try await engine.session.beat()
            #expect(try await engine.store.reap() == 1)
            #expect(engine.log.all == [LoggedEvents.Line(event: "BRS-2103", schedule: "payday")])
            #expect(try await engine.count("select count(*) from bursar.schedule where paused_by = 'bursard'") == 1)
        }
    }

    @Test func `an attempt at its hard deadline is told to stop, and that is a failure like any other`() async throws {
        try await withEngine { engine, _ in
            let dispatcher = Self.dispatcher(engine) { attempt in
                if attempt.claim.failures == 0 { try await ContinuousClock().sleep(for: .seconds(3_600)) }
                return .done(RunReport(totals: "{}", hasWarnings: false))
            }
            try await running(dispatcher) {
                _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now())
                dispatcher.poke()
                try await until { try await engine.count("select count(*) from bursar.job where failures = 1") == 1 }
                #expect(
                    try await engine.count("select count(*) from bursar.job where error like '%hard deadline%'") == 1)
                engine.time.advance(by: .seconds(60))
                dispatcher.poke()
                try await until { try await engine.count("select count(*) from bursar.finished_job") == 1 }
            }
            #expect(try await engine.count("select count(*) from bursar.finished_job where state = 'done'") == 1)
        }
    }

    @Test
    func `an attempt that does not heed its deadline is reported, and others run in the other slots`() async throws {
        try await withEngine { engine, _ in
            let latch = Latch()
            let dispatcher = Self.dispatcher(engine) { attempt in
                if attempt.claim.payload.contains("hang") { await latch.wait() }
                return .done(RunReport(totals: "{}", hasWarnings: false))
            }
            try await running(dispatcher) {
                _ = try await engine.pool.enqueue(
                    NewJob(kind: "test.work", payload: #"{"do": "hang"}"#), now: engine.time.now())
                dispatcher.poke()
                try await until { engine.log.all.contains { $0.event == "BRS-3208" } }
                _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now())
                dispatcher.poke()
                try await until { try await engine.count("select count(*) from bursar.finished_job") == 1 }
                try await until { await dispatcher.runningCount == 1 }
                latch.open()
                try await until { try await engine.count("select count(*) from bursar.finished_job") == 2 }
            }
            #expect(engine.log.all.count { $0.event == "BRS-3208" } == 1)
        }
    }

    private static func jobWithRun(_ engine: TestEngine) -> NewJob {
        NewJob(
            kind: "test.work",
            run: NewRun(execution: .make(at: engine.time.now()), trigger: .manual, source: "test"))
    }

    private static func expectParked(_ engine: TestEngine) async throws {
        let job = try await engine.pool.value(
            "select format('%s %s: %s', state, park_code, error) from bursar.job", as: String.self)
        #expect(job.hasPrefix("parked interrupted: ") && job.contains("cut off \(Liveness.interruptionsMax) times"))
        let run = try await engine.pool.value(
            "select format('%s: %s', outcome, error) from bursar.run", as: String.self)
        #expect(run.hasPrefix("parked: ") && run.contains("cut off"))
        try await engine.expectTalliesToBeCounts()
    }

    /// By the store's clock, which a test moves, its attempts have an hour.
    private static func dispatcher(
        _ engine: TestEngine,
        _ body: @escaping @Sendable (Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction>
    ) -> Dispatcher<PostgresJobStore> {
        let definition = JobDefinition<PostgresJobStore>(
            kind: "test.work", money: false, retry: RetryPolicy(attempts: 3), deadline: .milliseconds(300)
        ) { ScriptedWork(body: body) }
        return Dispatcher(
            store: engine.store, definitions: [definition],
            settings: DispatcherSettings(slots: 2, liveness: TestEngine.liveness, poll: .milliseconds(200)),
            logger: engine.log.logger)
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
}

/// Waits that know nothing of the cancellation of their task.
private final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

private actor ScriptedWork: Job {
    private let body: @Sendable (Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction>

    init(body: @escaping @Sendable (Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction>) {
        self.body = body
    }

    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        try await body(attempt)
    }
}
