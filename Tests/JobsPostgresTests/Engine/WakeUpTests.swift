import DatabaseTestSupport
import FoundationEssentials
import Jobs
import Logging
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

/// Daemons that stand still beside jobs that become ready below where they look: none may be left lying.
@Suite struct WakeUpTests {
    @Test func `a job due in the past that another daemon enqueues is heard of and done`() async throws {
        try await withIdleDaemon { idle, _, _ in
            _ = try await idle.pool.enqueue(NewJob(kind: "test.work", runAt: TestEngine.begin - .seconds(3_600)))
        }
    }

    @Test func `a job due in the past that nobody told of is found by looking`() async throws {
        try await withIdleDaemon { idle, _, _ in
            try await idle.pool.execute(
                """
                insert into bursar.job (kind, payload, state, run_at, money, created_at)
                values ('test.work', '{}', 'waiting', \(TestEngine.begin - .seconds(3_600)), false, now())
                """)
        }
    }

    @Test func `a dead daemon's job that a daemon of other kinds retakes is done by one that knows it`() async throws {
        try await withIdleDaemon(liveness: Self.hardlyEver) { idle, other, victim in
            try await idle.pool.execute(
                """
                insert into bursar.job
                    (kind, payload, state, run_at, money, created_at, lease, daemon_id, claimed_at, deadline)
                select 'test.work', '{}', 'running', \(TestEngine.begin - .seconds(3_600)), false, now(), 999,
                       \(victim), now(), now() + interval '1 hour'
                """)
            #expect(try await other.store.reap() == 1)
        }
    }

    /// That of a daemon that buries nobody while a test lasts: another is to.
    private static let hardlyEver = Liveness(lease: .seconds(36_000), beat: .seconds(3_600))

    /// A daemon that did some jobs and is idle, one that knows other kinds, and the id of one that is dead. What `body`
    /// makes ready must be done.
    private func withIdleDaemon(
        liveness: Liveness = TestEngine.liveness, _ body: @Sendable (TestEngine, TestEngine, UUID) async throws -> Void
    ) async throws {
        try await withDatabase { database in
            let time = ManualTime(TestEngine.begin)
            let idle = TestEngine(database, limits: [.work()], time: time, poolSize: 4)
            let other = TestEngine(
                database, limits: [KindLimits(kind: "test.other", deadline: .seconds(60))], time: time)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for engine in [idle, other] {
                    group.addTask { await engine.pool.run() }
                    try await engine.session.beat()
                }
                let dispatcher = dispatcher(idle, liveness)
                group.addTask { await dispatcher.run() }
                group.addTask { await idle.session.listen { _ in dispatcher.poke() } }
                group.addTask { await idle.store.wakeUps.run(via: idle.pool) }
                for _ in 0..<5 { try await idle.enqueue(NewJob(kind: "test.work")) }
                try await until { try await idle.count("select count(*) from bursar.finished_job") == 5 }
                let victim = try await deadDaemon(time, database, idle)
                try await body(idle, other, victim)
                try await until { try await idle.count("select count(*) from bursar.finished_job") == 6 }
                await dispatcher.drain(within: .seconds(10))
                group.cancelAll()
            }
        }
    }

    private func deadDaemon(_ time: ManualTime, _ database: TestDatabase, _ survivor: TestEngine) async throws -> UUID {
        let victim = TestEngine(database, limits: [.work()], time: time)
        var id: DaemonID?
        try await victim.session.beat()
        id = await victim.session.current
        try await victim.die(seenBy: survivor)
        return try #require(id).uuid
    }

    private func dispatcher(_ engine: TestEngine, _ liveness: Liveness) -> Dispatcher<PostgresJobStore> {
        let definition = JobDefinition<PostgresJobStore>(
            kind: "test.work", money: false, retry: RetryPolicy(), deadline: .seconds(3_600)
        ) { Idle() }
        return Dispatcher(
            store: engine.store, definitions: [definition],
            settings: DispatcherSettings(slots: 2, liveness: liveness, poll: .milliseconds(200)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}

private actor Idle: Job {
    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        .done(RunReport(totals: "{}", hasWarnings: false))
    }
}
