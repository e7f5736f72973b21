import DatabaseTestSupport
import Investments
import Postgres
import Primitives
import TestSupport
import Testing

/// The app and other runs do not wait for a run: whatever they do in its midst, it stays true to itself, and the next
/// run has all of it.
@Suite struct ChangesUnderWayTests {
    /// The statements of a full run: two on the classes, then the students, the investments and the kept sums.
    private static let moments: [(name: String, time: Int)] = [
        ("ClassesInScope", 1), ("RatesInScope", 1), ("COPY TO", 1), ("COPY TO", 2), ("COPY TO", 3), ("FenceStep", 2),
        ("HoldPointers", 1), ("PublishClasses", 1), ("FinishJob", 1),
    ]
    private static let changes = [
        "insert into investments.investments (student_id, fecha, monto) values (1, '2026-02-01', 700000)",
        "update investments.interest_rate_history set monthly_interest_rate = 0.05 where class_id = 1",
        "insert into investments.interest_rate_history (class_id, monthly_interest_rate, effective_date) "
            + "values (1, 0.07, '2025-01-01')",
        "update investments.students set class_id = 2 where id = 1",
        "update investments.classes set end_date = '2026-05-01' where id = 1",
    ]

    @Test(arguments: ["full", "incremental"], changes)
    func `a change in the midst of a run is no drift, mixes no terms, and is there after the next run`(
        mode: String, change: String
    ) async throws {
        try await withInvestments { engine, database in
            let connection = try await PostgresConnection.connect(to: database.address)
            let reference = try await ReferenceValues(on: connection, for: engine.pool)
            await connection.close()
            let book = SchoolBook(engine.pool)
            for rate in ["0.01", "0.02"] {
                let classID = try await book.addClass(rates: [("2026-01-01", rate)])
                for _ in 0..<2 { _ = try await book.addStudent(in: classID, [("2026-02-01", 1_000_000)]) }
            }
            for moment in Self.moments where mode == "full" || moment.name != "COPY TO" || moment.time < 3 {
                let step = "before \(moment.name) \(moment.time)"
                try await restore(engine)
                engine.time.advance(by: .seconds(60))
                try await engine.value(.full)
                engine.time.advance(by: .seconds(60))
                let before = try await reference.amounts(asOf: engine.time.now())
                let run = try await engine.value(mode, over: database.address, before: moment.name, time: moment.time) {
                    try await engine.pool.execute(SQL(unsafe: change))
                }
                let after = try await reference.amounts(asOf: engine.time.now())
                #expect(run.outcome == "success", "\(step)")
                for (student, amount) in try await engine.amounts(of: run) {
                    #expect(amount == before[student] || amount == after[student], "\(step), student \(student)")
                }
                engine.time.advance(by: .seconds(60))
                let next = try await engine.value(.incremental)
                #expect(try await reference.differences(from: next) == [], "\(step)")
            }
            #expect(try await engine.texts("select message from bursar.finding where code = 'DRIFT'") == [])
        }
    }

    /// Takes the changes back, as the app would.
    private func restore(_ engine: InvestmentsEngine) async throws {
        for sql: SQL in [
            "delete from investments.investments where monto <> 1000000",
            "delete from investments.interest_rate_history where effective_date < '2026-01-01'",
            "update investments.interest_rate_history set monthly_interest_rate = 0.01 where class_id = 1",
            "update investments.students set class_id = 1 where id = 1",
            "update investments.classes set end_date = '2030-12-31' where id = 1",
        ] { try await engine.pool.execute(sql) }
    }

    @Test func `a run that ends after another heeded a change is no base for what comes later`() async throws {
        try await withInvestments { engine, database in
            let book = SchoolBook(engine.pool)
            let student = try await book.addStudent(in: try await book.addClass(), [("2026-02-01", 1_000_000)])
            try await engine.value(.full)
            engine.time.advance(by: .seconds(60))
            let earlier = engine.time.now() - .seconds(1)
            // It has read everything, and publishes after the other, of an earlier instant, that saw more.
            let run = try await engine.value("full", over: database.address, before: "HoldPointers") {
                try await book.invest(1_000_000, at: "2026-02-01", for: student)
                try await engine.value(.full, asOf: earlier)
                #expect(try await engine.count("select count(*) from investments.dirty_mark") == 0)
            }
            #expect(try await StudentBalance(student, on: engine.pool).asOf == run.asOf)
            engine.time.advance(by: .seconds(60))
            try await engine.value(.incremental)
            let told = try await InvestmentsReader(pool: engine.pool).explain(student: student, asOf: engine.time.now())
            let explanation = try #require(try told?.outcome.get())
            #expect(explanation.investments.count == 2 && told?.stored == explanation.amount)
            engine.time.advance(by: .seconds(60))
            #expect(try await engine.value(.full).outcome == "success")
        }
    }

    @Test func `a run that compares with sums of which another run has better ones finds no drift`() async throws {
        try await withInvestments { engine, database in
            let book = SchoolBook(engine.pool)
            let student = try await book.addStudent(in: try await book.addClass(), [("2026-02-01", 1_000_000)])
            try await engine.value(.full)
            engine.time.advance(by: .seconds(60))
            let earlier = engine.time.now() - .seconds(1)
            let run = try await engine.value("full", over: database.address, before: "COPY TO", time: 2) {
                try await book.invest(1_000_000, at: "2026-02-01", for: student)
                try await engine.value(.full, asOf: earlier)
            }
            #expect(run.outcome == "success")
            engine.time.advance(by: .seconds(60))
            #expect(try await engine.value(.full).outcome == "success")
        }
    }

    @Test func `a class that goes while a run is under way does not keep the run from its end`() async throws {
        try await withInvestments { engine, database in
            let book = SchoolBook(engine.pool)
            _ = try await book.addStudent(in: try await book.addClass(), [("2026-02-01", 1_000_000)])
            let gone = try await book.addClass()
            let run = try await engine.value("full", over: database.address, before: "HoldPointers") {
                try await engine.pool.execute("delete from investments.interest_rate_history where class_id = \(gone)")
                try await engine.pool.execute("delete from investments.classes where id = \(gone)")
            }
            #expect(run.outcome == "success" && run.students == 1)
        }
    }
}
