import DatabaseTestSupport
import Jobs
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

extension TestEngine {
    /// A daemon whose kinds have limits of their own.
    init(_ database: TestDatabase, limits: [KindLimits], time: ManualTime, poolSize: Int = 2) {
        self.time = time
        pool = PostgresPool(
            address: database.address, size: poolSize, options: ConnectionOptions(settings: EnginePlans.settings))
        let logger = log.logger
        session = DaemonSession(
            address: database.address,
            identity: DaemonSession.Identity(host: "test", pid: 1, build: "test", kinds: limits.map(\.kind)),
            time: time, logger: logger)
        store = PostgresJobStore(
            pool: pool, session: session, kinds: limits, liveness: Self.liveness, time: time, logger: logger)
        ticks = PostgresTickStore(pool: pool, time: time, logger: logger)
    }

    /// Enqueues at the test's instant.
    @discardableResult
    func enqueue(_ job: NewJob) async throws -> Int64 {
        try await pool.enqueue(job, now: time.now())
    }

    /// Claims what is due wherever it lies: nobody listens here, so what others made ready is not heard of.
    func look(_ limit: Int = 100) async throws -> [Claim] {
        store.marks.reset()
        return try await store.claim(limit: limit).claims
    }

    /// Takes a batch wherever it lies.
    func turn(
        _ receipt: BatchReceipt? = nil, limit: Int = 1_000, kind: JobKind = "test.work"
    ) async throws -> BatchTurn {
        store.marks.reset()
        return try await store.turn(kind, acknowledging: receipt, limit: limit)
    }

    /// Finishes an attempt with nothing left to write.
    func finish(_ claim: Claim) async throws {
        try await store.finish(claim, report: RunReport(totals: "{}", hasWarnings: false)) { _ in }
    }

    /// The kernel ends the session of a dead process: the lock is gone, and by the clock the beat is stale. Another
    /// that lives beats on.
    func die(seenBy survivor: TestEngine) async throws {
        let id = try #require(await session.current)
        try await survivor.pool.execute(
            """
            select pg_terminate_backend(l.pid, 5000) from pg_locks l join bursar.daemon d
              on l.locktype = 'advisory' and (l.classid::int8 << 32 | l.objid::int8) = d.lock_key and l.granted
            where d.id = \(id.uuid)
              and l.database = (select oid from pg_database where datname = current_database())
            """)
        time.advance(by: .seconds(5))
        // Nobody is dead for a lease of the server's own life, which this clock does not move.
        try await survivor.pool.execute("select pg_sleep(\(Self.liveness.lease.inSeconds) + 0.05)::text")
        try await survivor.session.beat()
    }

    /// The counters, once all changes are folded, are what counting gives.
    func expectTalliesToBeCounts() async throws {
        // Ends: a pass folds what there is, and nobody appends.
        while try await count("select count(*) from bursar.tally_change") > 0 { try await pool.run(FoldTally()) }
        let wrong = try await pool.value(
            """
            select coalesce(string_agg(format('%s %s: counted %s, told %s', kind, state, c.jobs, t.jobs), '; '), '')
            from (select kind, state, count(*) as jobs
                  from (select kind, state from bursar.job union all select kind, state from bursar.finished_job) j
                  group by kind, state) c
            full join (select kind, state, jobs from bursar.tally where jobs <> 0) t using (kind, state)
            where c.jobs is distinct from t.jobs
            """, as: String.self)
        #expect(wrong == "")
    }

    /// How many would step forward if somebody mended the lines now.
    func mended() async throws -> Int {
        try await pool.run(MendLines(afterOrder: "", afterLimit: ("", ""), now: time.now())).compactMap(\.wakeUp).count
    }
}

extension KindLimits {
    /// Of kind `test.work`, with a deadline of an hour.
    static func work(_ gates: JobGates = .open, isIdempotent: Bool = false) -> KindLimits {
        KindLimits(kind: "test.work", deadline: .seconds(3_600), gates: gates, isIdempotent: isIdempotent)
    }
}

/// Several daemons' engines on one database under one clock.
func withFleet(
    _ size: Int, limits: [KindLimits] = [.work()], poolSize: Int = 2,
    _ body: @Sendable ([TestEngine], TestDatabase) async throws -> Void
) async throws {
    try await withDatabase { database in
        let time = ManualTime(TestEngine.begin)
        let engines = (0..<size).map { _ in TestEngine(database, limits: limits, time: time, poolSize: poolSize) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for engine in engines { group.addTask { await engine.pool.run() } }
            for engine in engines { try await engine.store.beat() }
            try await body(engines, database)
            for engine in engines { await engine.session.end() }
            group.cancelAll()
        }
    }
}
