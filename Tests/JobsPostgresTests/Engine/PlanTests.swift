import Jobs
import Postgres
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import JobsPostgres

/// What the server does for each hot statement on a full database: which index it reads, and that it reads no table of
/// jobs from end to end.
@Suite(.serialized) struct PlanTests {
    @Test func `each hot statement reads by its index, with its values known or not, analyzed or not`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            try await fill(engine)
            for isAnalyzed in [false, true] {
                if isAnalyzed { try await engine.pool.execute("analyze") }
                for row in try await HotStatement.all(engine) {
                    for plan in [try await row.known(engine), try await row.generic(engine)] {
                        let missing = row.indexes.filter { !plan.contains($0) }
                        #expect(missing.isEmpty, "\(row.name), analyzed: \(isAnalyzed)\n\(plan)")
                        let scanned = plan.split(separator: "\n").filter { line in
                            ["job", "finished_job", "finished_job_default"].contains { table in
                                line.contains("Seq Scan on \(table) ") || line.contains("Seq Scan on bursar.\(table) ")
                            }
                        }
                        #expect(scanned.isEmpty, "\(row.name), analyzed: \(isAnalyzed)\n\(plan)")
                    }
                }
            }
        }
    }

    @Test func `a claim does not pay for what is held, however long the line`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            try await engine.enqueue(NewJob(kind: "test.work", orderKey: "a"))
            try await engine.pool.execute(
                """
                insert into bursar.job (kind, payload, state, run_at, money, created_at, order_key, held)
                select 'test.work', '{}', 'waiting', \(TestEngine.begin), false, now(), 'a', true
                from generate_series(1, 100000)
                """)
            try await engine.pool.execute("analyze bursar.job")
            let lines = LowWaterMarks.Line.all(of: "test.work")
            let claim = ClaimJobs(
                now: engine.time.now(), limit: 10, kinds: [.work()], daemon: try #require(await engine.session.current),
                from: Dictionary(uniqueKeysWithValues: lines.map { ($0, .beginning) }))
            let before = try await pagesRead(claim, engine)
            #expect(before < 200)
            // Nor does its end, which lets the next one step forward.
            let head = try #require(try await engine.look().first)
            let end = FinishJob(
                job: head.job, lease: head.lease, outcome: .success, totals: "{}", now: engine.time.now())
            #expect(try await pagesRead(end, engine) < 200)
        }
    }

    @Test func `enqueueing into a long line, or under a key, reads no table from end to end`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            try await fill(engine)
            func scans() async throws -> Int64 {
                // What a session did is written down when it is idle; this makes it so at once.
                try await engine.pool.execute("select pg_stat_force_next_flush()::text")
                return try await engine.count(
                    """
                    select coalesce(sum(seq_tup_read), 0)::int8 from pg_stat_user_tables
                    where schemaname = 'bursar' and relname in ('job', 'finished_job_default')
                    """)
            }
            let before = try await scans()
            for _ in 0..<8 {
                try await engine.enqueue(NewJob(kind: "test.work", orderKey: "line 7"))
                try await engine.enqueue(NewJob(kind: "test.work", limitKey: "key 7"))
                try await engine.enqueue(NewJob(kind: "test.work", uniqueKey: "unique 7"))
            }
            #expect(try await scans() == before)
        }
    }

    @Test func `jobs of a kind that is known cost the settling of unknown ones nothing`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            try await engine.pool.execute(
                """
                with made as (
                    insert into bursar.job (kind, payload, state, run_at, money, created_at)
                    select 'test.work', '{}', 'waiting', \(TestEngine.begin), false, now()
                    from generate_series(1, 300000) returning kind)
                insert into bursar.tally_change (kind, waiting) select kind, count(*) from made group by kind
                """)
            for _ in 0..<2 {
                _ = try await engine.store.reap()
                #expect(try await pagesRead(SettleWaiting(now: engine.time.now()), engine) < 200)
                let mending = MendLines(afterOrder: "", afterLimit: ("", ""), now: engine.time.now())
                #expect(try await pagesRead(mending, engine) < 200)
                try await engine.pool.execute("analyze")
            }
        }
    }

    /// 200,000 that wait, half of them not due, 20,000 held in lines, 200,000 that ended.
    private func fill(_ engine: TestEngine) async throws {
        try await engine.pool.execute(
            """
            insert into bursar.job
                (kind, payload, state, run_at, money, created_at, unique_key, limit_key, execution_id)
            select 'test.work', '{}', 'waiting',
                   \(TestEngine.begin) + (n - 100000) * interval '1 second', false, now(),
                   case when n % 4 = 0 then 'unique ' || n end, case when n % 4 = 1 then 'key ' || n % 5000 end,
                   case when n % 4 = 2 then gen_random_uuid() end
            from generate_series(1, 200000) n
            """)
        try await engine.pool.execute(
            """
            insert into bursar.job (kind, payload, state, run_at, money, created_at, order_key, held)
            select 'test.work', '{}', 'waiting', \(TestEngine.begin), false, now(), 'line ' || n % 20, n > 20
            from generate_series(1, 20020) n
            """)
        try await engine.pool.execute(
            """
            insert into bursar.finished_job
                (id, kind, payload, state, attempt, failures, created_at, finished_at, money)
            select nextval('bursar.job_id'), 'test.work', '{}', 'done', 1, 0, now(),
                   \(TestEngine.begin) - n * interval '1 second', false
            from generate_series(1, 200000) n
            """)
    }

    /// Pages that a statement touched; it is taken back.
    private func pagesRead<S: Statement>(_ statement: S, _ engine: TestEngine) async throws -> Int {
        try await engine.pool.withConnection { connection in
            let plan = Noted()
            do {
                try await connection.transaction { transaction in
                    plan.lines = try await transaction.run(Analyzed(inner: statement))
                    throw TakenBack()
                }
            } catch is TakenBack {}
            // The first figures are those of the whole.
            let line = try #require(plan.lines.first { $0.contains("Buffers: shared") })
            let figures = line.matches(of: /(?:hit|read)=(\d+)/).compactMap { Int($0.output.1) }
            return figures.reduce(0, +)
        }
    }
}

private struct TakenBack: Error {}

/// The lines of a plan on their way out of a transaction that is taken back.
private final class Noted: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// The plan of a statement with its values, executed.
private struct Analyzed<S: Statement>: Statement {
    let inner: S

    static var sql: String { "explain (analyze, buffers, timing off) " + S.sql }

    func bind(to bindings: inout Bindings) { inner.bind(to: &bindings) }

    static func output(from row: inout Row) throws(PostgresError) -> String { try row.next() }
}
