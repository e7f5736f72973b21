import DatabaseTestSupport
import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport
import Testing

/// On real partitions, under a clock that the test moves.
@Suite struct HistoryKeepingTests {
    /// 2026-09-21T14:13:20Z.
    private static let today = TestEngine.begin
    private static let day = Duration.seconds(86_400)

    @Test func `today and the seven days after are made once, and what had fallen on them moves there`() async throws {
        try await withEngine { engine, _ in
            try await end(engine)
            #expect(try await rows(of: "finished_job_default", engine) == 1)
            #expect(try await keeping(engine).pass(keeping: nil) == .init(made: 8, dropped: 0))
            #expect(try await days(engine).first == "finished_job_20260921")
            #expect(try await days(engine).last == "finished_job_20260928")
            #expect(try await rows(of: "finished_job_default", engine) == 0)
            #expect(try await rows(of: "finished_job_20260921", engine) == 1)
            #expect(try await keeping(engine).pass(keeping: nil) == .init(made: 0, dropped: 0))
            // Nine hours and forty-six minutes on it is the next day, in UTC.
            engine.time.advance(by: .seconds(35_200))
            #expect(try await keeping(engine).pass(keeping: nil) == .init(made: 1, dropped: 0))
            try await end(engine)
            #expect(try await rows(of: "finished_job_20260922", engine) == 1)
        }
    }

    @Test func `a day is dropped once all of it is older than the history; the default one is cleared`() async throws {
        try await withEngine { engine, _ in
            try await end(engine)
            _ = try await keeping(engine).pass(keeping: Self.day * 3)
            // A fleet that stood still: what ends on a day that nobody made falls into the default partition.
            engine.time.advance(by: Self.day * 9)
            try await end(engine)
            #expect(try await rows(of: "finished_job_default", engine) == 1)
            let pass = try await keeping(engine).pass(keeping: Self.day * 3)
            #expect(pass == .init(made: 8, dropped: 6))
            #expect(try await days(engine).first == "finished_job_20260927")
            #expect(try await rows(of: "finished_job_20260930", engine) == 1)
            // The oldest that is left is 20260927: not all of it is three days old before the end of the 30th.
            engine.time.set(to: try #require(Instant(rfc3339: "2026-09-30T23:59:59Z")))
            #expect(try await keeping(engine).pass(keeping: Self.day * 3)?.dropped == 0)
            engine.time.advance(by: .seconds(1))
            #expect(try await keeping(engine).pass(keeping: Self.day * 3)?.dropped == 1)
            #expect(try await engine.count("select count(*) from bursar.finished_job") == 1)
            #expect(try await keeping(engine).pass(keeping: nil)?.dropped == 0)
        }
    }

    @Test func `of several daemons one is at it`() async throws {
        try await withTwoDaemons { one, other in
            try await one.pool.transaction { transaction in
                try await transaction.execute(
                    "select pg_advisory_xact_lock(hashtextextended('bursar.history', 0))::text")
                #expect(try await HistoryKeeping(pool: other.pool, time: other.time).pass(keeping: nil) == nil)
            }
            #expect(try await HistoryKeeping(pool: other.pool, time: other.time).pass(keeping: nil)?.made == 8)
        }
    }

    @Test func `whoever holds the history is not waited for, and another pass finds what was left`() async throws {
        try await withEngine { engine, database in
            _ = try await keeping(engine).pass(keeping: nil)
            engine.time.advance(by: Self.day * 5)
            let reader = try await PostgresConnection.connect(to: database.address)
            try await reader.transaction { transaction in
                _ = try await transaction.query("select count(*) from bursar.finished_job")
                let error = try await #require(throws: PostgresError.self) {
                    _ = try await keeping(engine).pass(keeping: Self.day)
                }
                #expect(error.sqlState == "55P03")
            }
            await reader.close()
            let pass = try #require(try await keeping(engine).pass(keeping: Self.day))
            #expect(pass.dropped == 4)
            #expect(try await days(engine).first == "finished_job_20260925")
            #expect(try await days(engine).last == "finished_job_20261003")
        }
    }

    private func keeping(_ engine: TestEngine) -> HistoryKeeping {
        HistoryKeeping(pool: engine.pool, time: engine.time)
    }

    /// A job that ends now.
    private func end(_ engine: TestEngine) async throws {
        _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now())
        engine.store.marks.reset()
        let claim = try #require(try await engine.store.claim(limit: 1).claims.first)
        try await engine.store.finish(claim, report: RunReport(totals: "{}", hasWarnings: false)) { _ in }
    }

    private func rows(of partition: String, _ engine: TestEngine) async throws -> Int64 {
        try await engine.count("select count(*) from bursar.\(identifier: partition)")
    }

    private func days(_ engine: TestEngine) async throws -> [String] {
        var rows = try await engine.pool.query(
            """
            select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = 'bursar.finished_job'::regclass and c.relname <> 'finished_job_default' order by 1
            """)
        return try rows.indices.map { try rows[$0].next(String.self) }
    }
}
