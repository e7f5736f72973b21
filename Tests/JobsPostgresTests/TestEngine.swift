import Cron
import DatabaseTestSupport
import Jobs
import JobsPostgres
import Logging
import Postgres
import Primitives
import Scheduling
import TestSupport

/// One daemon's engine on a test's own database, under a clock that the test moves.
struct TestEngine: Sendable {
    let pool: PostgresPool
    let session: DaemonSession
    let store: PostgresJobStore
    let ticks: PostgresTickStore
    let time: ManualTime
    let log = LoggedEvents()

    static let begin = Instant(seconds: 1_790_000_000)
    /// Short, so that a fresh server is past it soon.
    static let liveness = Liveness(lease: .milliseconds(400), beat: .milliseconds(100))

    init(_ database: TestDatabase, kinds: [JobKind] = ["test.work"], time: ManualTime) {
        self.time = time
        pool = PostgresPool(
            address: database.address, size: 4, options: ConnectionOptions(settings: EnginePlans.settings))
        let logger = log.logger
        session = DaemonSession(
            address: database.address,
            identity: DaemonSession.Identity(host: "test", pid: 1, build: "test", kinds: kinds), time: time,
            logger: logger)
        store = PostgresJobStore(
            pool: pool, session: session, kinds: kinds.map { KindLimits(kind: $0, deadline: .seconds(3_600)) },
            liveness: Self.liveness, time: time, logger: logger)
        ticks = PostgresTickStore(pool: pool, time: time, logger: logger)
    }

    func count(_ sql: SQL) async throws -> Int64 {
        try await pool.value(sql, as: Int64.self)
    }

    /// Decides and commits everything due, as the scheduler would.
    func fire() async throws -> CommittedPasses {
        var total = CommittedPasses(advanced: 0, enqueued: 0)
        for _ in 0..<100 {
            let (due, now) = try await ticks.due(limit: 1_000)
            if due.isEmpty { return total }
            let committed = try await ticks.commit(
                due.map { ($0, $0.decide(now: now)) })
            total.advanced += committed.advanced
            total.enqueued += committed.enqueued
        }
        return total
    }
}

/// Runs `body` with an engine whose pool and session live as long as it does.
func withEngine(
    kinds: [JobKind] = ["test.work"], _ body: @Sendable (TestEngine, TestDatabase) async throws -> Void
) async throws {
    try await withDatabase { database in
        let engine = TestEngine(database, kinds: kinds, time: ManualTime(TestEngine.begin))
        try await withRunningPool(engine.pool) {
            try await engine.session.beat()
            try await body(engine, database)
            await engine.session.end()
        }
    }
}

/// Runs the pool beside `body` and ends it after.
func withRunningPool(_ pool: PostgresPool, _ body: @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await pool.run() }
        try await body()
        group.cancelAll()
    }
}
