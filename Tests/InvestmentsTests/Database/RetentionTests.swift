import DatabaseTestSupport
import Investments
import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport
import Testing

/// How long a run's amounts are kept.
@Suite struct RetentionTests {
    private static let day = Duration.seconds(86_400)

    @Test func `amounts of old runs go, those that balances go back to stay, and class results stay`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let classID = try await book.addClass()
            let student = try await book.addStudent(in: classID, [("2026-02-01", 1_000_000)])
            let first = try await engine.value(.full)
            engine.time.advance(by: Self.day * 20)
            let second = try await engine.value(.full)
            engine.time.advance(by: Self.day * 11)
            let third = try await engine.value(.incremental)
            let balance = try await StudentBalance(student, on: engine.pool)
            let fourth = try await engine.value(.full, asOf: InvestmentsEngine.begin)
            #expect(
                try await engine.count(
                    "select count(*) from investments.valuation where results_dropped_at is not null") == 1)
            #expect(try await partitionExists(first.number, engine) == false)
            // The second is what the third's sums come from; the fourth is of the past, and new.
            for run in [second, third, fourth] { #expect(try await partitionExists(run.number, engine)) }
            #expect(try await engine.count("select count(*) from investments.class_result") == 4)
            #expect(try await StudentBalance(student, on: engine.pool) == balance)
        }
    }

    private func partitionExists(_ run: Int32, _ engine: InvestmentsEngine) async throws -> Bool {
        try await engine.count("select count(*) from pg_class where relname = \("result_\(run)")") == 1
    }
}
