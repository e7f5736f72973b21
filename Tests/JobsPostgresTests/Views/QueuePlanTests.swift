import Jobs
import Postgres
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import JobsPostgres

/// What operators look at costs the same however long a queue is.
@Suite struct QueuePlanTests {
    private static let long = 60_000

    @Test func `no view sorts or scans a queue, whether its length is known or was never asked for`() async throws {
        try await withEngine { engine, _ in
            try await engine.pool.execute("analyze bursar.job")
            try await fill(engine)
            try await look(engine, at: "the plans of an empty queue")
            try await engine.pool.execute("analyze")
            try await look(engine, at: "plans that know its length")
        }
    }

    private func look(_ engine: TestEngine, at what: String) async throws {
        // Due jobs are counted to their limit, for each of the two kinds.
        let counted = 2 * Queues.dueMax + 5_000
        try await expect(CountJobs(), atMost: counted, what, engine)
        try await expect(Queues(), atMost: counted, what, engine)
        try await expect(Queues(kind: "test.work"), atMost: counted, what, engine)
        try await expect(TallyForStatus(), atMost: 3_000, what, engine)
        try await expect(RunningJobs(kind: nil, before: .max, limit: 20), atMost: 3_000, what, engine)
        try await expect(UnfinishedJobs(before: .max, limit: 1_000), atMost: 2_000, what, engine)
        try await expect(FinishedJobs(before: .max, limit: 1_000), atMost: 2_000, what, engine)
        try await expect(ParkedJobs(kind: nil, before: .max, limit: 20), atMost: 500, what, engine)
        try await expect(JobObstacles(1), atMost: 500, what, engine)
        try await expect(ReadKind("test.work"), atMost: 500, what, engine)
        try await expect(IsKindMoney(name: "test.work"), atMost: 500, what, engine)
        try await expect(DescendantsOfRun(ExecutionID.make(at: engine.time.now())), atMost: 500, what, engine)
    }

    /// Expects that no node of the plan gives, or throws away, more rows than that.
    private func expect<S: Statement>(
        _ statement: S, atMost limit: Int, _ what: String, _ engine: TestEngine
    ) async throws {
        let lines = Mutex<[String]>([])
        try await engine.pool.readByIndex { transaction in
            let found = try await transaction.run(Analyzed(inner: statement))
            lines.withLock { $0 = found }
        }
        let plan = lines.withLock { $0 }
        for line in plan {
            let rows = line.firstMatch(of: /actual rows=(\d+) loops=(\d+)/).map {
                (Int($0.output.1) ?? 0) * (Int($0.output.2) ?? 0)
            }
            let removed = line.firstMatch(of: /Rows Removed by Filter: (\d+)/).map { Int($0.output.1) ?? 0 }
            #expect(
                max(rows ?? 0, removed ?? 0) <= limit,
                "\(S.self), \(what): \(line)\n\(plan.joined(separator: "\n"))")
        }
        #expect(!plan.contains { $0.contains("Seq Scan on job ") }, "\(S.self), \(what)")
    }

    /// A long queue, half of it due; a short one; and batches at the head of the long one.
    private func fill(_ engine: TestEngine) async throws {
        try await engine.pool.execute(
            """
            with made as (
                insert into bursar.job (kind, payload, state, run_at, priority, money, created_at)
                select case when n % 100 = 0 then 'test.other' else 'test.work' end, '{}', 'waiting',
                       clock_timestamp() + (n % 2 * 2 - 1) * interval '1 hour' + n * interval '1 millisecond',
                       n % 3 - 1, false, clock_timestamp()
                from generate_series(1, \(Self.long)) n
                returning kind)
            insert into bursar.tally_change (kind, waiting) select kind, count(*) from made group by kind
            """)
        _ = try await HistoryKeeping(pool: engine.pool).pass(keeping: nil)
        try await engine.pool.execute(
            """
            insert into bursar.finished_job
                (id, kind, payload, state, attempt, failures, created_at, finished_at, money)
            select nextval('bursar.job_id'), 'test.work', '{}', 'done', 1, 0, now(),
                   clock_timestamp() + (n % 8 - 1) * interval '1 day', false
            from generate_series(1, \(Self.long)) n
            """)
        try await engine.pool.execute(
            """
            insert into bursar.batch (lease, kind, daemon_id, ids, claimed_at, deadline)
            select 1, 'test.work', gen_random_uuid(), array(
                       select id from bursar.job where kind = 'test.work' order by priority, run_at, id limit 1000),
                   clock_timestamp(), clock_timestamp()
            """)
    }
}

/// The plan of a statement with its values, executed.
private struct Analyzed<S: Statement>: Statement {
    let inner: S

    static var sql: String { "explain (analyze, timing off) " + S.sql }

    func bind(to bindings: inout Bindings) { inner.bind(to: &bindings) }

    static func output(from row: inout Row) throws(PostgresError) -> String { try row.next() }
}
