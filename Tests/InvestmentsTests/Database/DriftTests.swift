import Investments
import Postgres
import Primitives
import TestSupport
import Testing

/// Kept sums that no longer follow from the investments are found, and nothing else is taken for that.
@Suite struct DriftTests {
    @Test func `a tampered sum is found by the next full run, once, and its amount is right again`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let classID = try await book.addClass()
            let student = try await book.addStudent(in: classID, [("2026-02-01", 1_000_000)])
            let twin = try await book.addStudent(in: classID, [("2026-02-01", 1_000_000)])
            let first = try await engine.value(.full)
            try await engine.pool.execute(
                """
                update investments.result set discounted = discounted * 1.00001
                where run_no = \(first.number) and student_id = \(student)
                """)
            engine.time.advance(by: .seconds(60))
            // An incremental run cannot know.
            let wrong = try await engine.value(.incremental)
            #expect(try await FoundRow.all(of: wrong, on: engine.pool) == [])
            let truth = try await StudentBalance(twin, on: engine.pool).amount
            #expect(try await StudentBalance(student, on: engine.pool).amount == truth + 11)
            engine.time.advance(by: .seconds(60))
            let full = try await engine.value(.full)
            #expect(full.outcome == "warning")
            #expect(
                try await FoundRow.all(of: full, on: engine.pool)
                    == [FoundRow(code: "DRIFT", severity: "warning", subject: "student", id: student)])
            #expect(try await StudentBalance(student, on: engine.pool) == StudentBalance(twin, on: engine.pool))
            engine.time.advance(by: .seconds(60))
            #expect(try await engine.value(.full).outcome == "success")
        }
    }

    @Test func `a change behind the back of the triggers is found by the next full run`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let student = try await book.addStudent(in: try await book.addClass(), [("2026-02-01", 1_000_000)])
            try await engine.value(.full)
            let before = try await StudentBalance(student, on: engine.pool).amount
            try await engine.pool.transaction { transaction in
                try await transaction.execute("set local session_replication_role = replica")
                try await transaction.execute("update investments.investments set monto = monto * 2")
            }
            engine.time.advance(by: .seconds(60))
            let full = try await engine.value(.full)
            #expect(try await FoundRow.all(of: full, on: engine.pool).map(\.code) == ["DRIFT"])
            #expect(try await StudentBalance(student, on: engine.pool).amount > before * 2 - 1)
        }
    }
}
