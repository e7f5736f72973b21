import Investments
import Postgres
import Primitives
import TestSupport
import Testing

/// What is wrong in the school's tables costs the value of a class or a student, never the run.
@Suite struct BadInputTests {
    @Test func `every kind of broken class is named, keeps its last balances, and lets all others be valued`()
        async throws
    {
        try await withInvestments(batchSize: 4) { engine, _ in
            let book = SchoolBook(engine.pool)
            let good = try await book.addClass()
            let student = try await book.addStudent(in: good, [("2026-02-01", 1_000)])
            var broken: [(id: Int64, student: Int64, code: String)] = []
            for (code, _) in Self.breakages {
                let id = try await book.addClass()
                broken.append((id, try await book.addStudent(in: id, [("2026-02-01", 2_000)]), code))
            }
            let first = engine.time.now()
            let before = try await engine.value(.full)
            #expect(before.outcome == "success" && before.classErrors == 0 && before.students == 1 + broken.count)

            for (index, (_, change)) in Self.breakages.enumerated() {
                try await engine.pool.execute(SQL(unsafe: change.replacing("$id", with: "\(broken[index].id)")))
            }
            engine.time.advance(by: .seconds(3_600))
            for mode in [ValuationRequest.Mode.incremental, .full] {
                let run = try await engine.value(mode)
                #expect(run.outcome == "warning")
                #expect(run.classErrors == broken.count && run.unvalued == broken.count && run.students == 1)
                let findings = try await FoundRow.all(of: run, on: engine.pool)
                let expected = broken.map { FoundRow(code: $0.code, severity: "warning", subject: "class", id: $0.id) }
                #expect(Set(findings) == Set(expected))
                #expect(findings.count == expected.count)
                for item in broken {
                    let balance = try await StudentBalance(item.student, on: engine.pool)
                    #expect(balance == StudentBalance(2_160, asOf: first, "error"), "\(item.code)")
                    #expect(
                        try await ClassBalance(item.id, on: engine.pool)
                            == ClassBalance(2_160, of: 1, asOf: first, "error"))
                }
                #expect(try await StudentBalance(student, on: engine.pool).status == "completed")
                engine.time.advance(by: .seconds(3_600))
            }
            // Mended, they are valued again, and say so.
            for item in broken { try await Self.mend(item.id, on: engine.pool) }
            let run = try await engine.value(.incremental)
            #expect(run.outcome == "success" && run.classErrors == 0 && run.students == 1 + broken.count)
            for item in broken {
                #expect(try await StudentBalance(item.student, on: engine.pool).status == "completed")
            }
        }
    }

    /// A finding's code, and what must happen to a good class for it.
    private static let breakages: [(code: String, change: String)] = [
        ("NO_RATE", "delete from investments.interest_rate_history where class_id = $id"),
        ("INVALID_ZONE", "update investments.classes set timezone = 'America/Buenos_Ayres' where id = $id"),
        ("INVALID_ZONE", "update investments.classes set timezone = '../../etc/passwd' where id = $id"),
        (
            "INVALID_RATE",
            "update investments.interest_rate_history set monthly_interest_rate = -1 where class_id = $id"
        ),
        (
            "INVALID_RATE",
            "update investments.interest_rate_history set monthly_interest_rate = -7.5 where class_id = $id"
        ),
        (
            "INVALID_RATE",
            "update investments.interest_rate_history set monthly_interest_rate = 'NaN' where class_id = $id"
        ),
        (
            "INVALID_RATE",
            "update investments.interest_rate_history set monthly_interest_rate = 'infinity' where class_id = $id"
        ),
        ("INVALID_DATE", "update investments.classes set end_date = 'infinity' where id = $id"),
        ("INVALID_DATE", "update investments.classes set end_date = '0044-03-15 BC' where id = $id"),
        (
            "INVALID_DATE",
            "update investments.interest_rate_history set effective_date = '-infinity' where class_id = $id"
        ),
        (
            "INVALID_DATE",
            "insert into investments.interest_rate_history (class_id, monthly_interest_rate, effective_date) "
                + "values ($id, 0.01, '12026-01-01')"
        ),
    ]

    private static func mend(_ id: Int64, on pool: PostgresPool) async throws {
        try await pool.execute(
            "update investments.classes set timezone = 'UTC', end_date = '2030-12-31' where id = \(id)")
        try await pool.execute("delete from investments.interest_rate_history where class_id = \(id)")
        try await SchoolBook(pool).addRate("0.01", from: "2026-01-01", to: id)
    }

    @Test func `a student whose amount cannot be told gets none, and the others of the class theirs`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let classID = try await book.addClass(rates: [("2026-01-01", "1")])
            let rich = try await book.addStudent(in: classID, [("2026-02-01", .max)])
            let poor = try await book.addStudent(in: classID, [("2026-02-01", .min)])
            let undated = try await book.addStudent(in: classID, [("-infinity", 5), ("2026-09-21", 100)])
            let ancient = try await book.addStudent(in: classID, [("4713-01-01 BC", 5)])
            let plain = try await book.addStudent(in: classID, [("2026-09-21", 100)])
            let expected = [rich: "OVERFLOW", poor: "OVERFLOW", undated: "INVALID_DATE", ancient: "INVALID_DATE"]
            // The incremental run takes its sums from the full one: what was wrong there is wrong here.
            for mode in [ValuationRequest.Mode.full, .incremental] {
                let run = try await engine.value(mode)
                #expect(run.outcome == "warning" && run.students == 5 && run.errors == 4 && run.classErrors == 0)
                let findings = try await FoundRow.all(of: run, on: engine.pool)
                #expect(
                    Set(findings)
                        == Set(
                            expected.map {
                                FoundRow(code: $0.value, severity: "warning", subject: "student", id: $0.key)
                            }), "\(mode)")
                #expect(try await StudentBalance(plain, on: engine.pool).status == "completed")
                for student in expected.keys {
                    #expect(
                        try await StudentBalance(student, on: engine.pool)
                            == StudentBalance(0, asOf: run.asOf, "error"), "\(mode)")
                }
                let balance = try await ClassBalance(classID, on: engine.pool)
                #expect(balance == ClassBalance(101, of: 1, asOf: run.asOf, "completed"))
                engine.time.advance(by: .seconds(60))
            }
        }
    }

    @Test func `an investment of the far future is reported, and counts when it is due and not before`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let classID = try await book.addClass(rates: [("2026-01-01", "0")])
            let dates = ["infinity", "294276-12-31 23:59:59", "12026-01-01", "2026-09-21 15:00:00", "2027-01-01"]
            let student = try await book.addStudent(in: classID, dates.map { ($0, 10) } + [("2026-02-01", 100)])
            let run = try await engine.value(.full)
            #expect(run.outcome == "success" && run.futureInvestments == 5 && run.sum == "100")
            #expect(
                try await FoundRow.all(of: run, on: engine.pool)
                    == [FoundRow(code: "FUTURE_INVESTMENTS", severity: "notice", subject: "student", id: student)])
            for (instant, amount) in [
                ("2026-09-21T14:59:59.999999Z", 100), ("2026-09-21T15:00:00Z", 110), ("2026-12-31T23:59:59Z", 110),
                ("2027-01-01T00:00:00Z", 120),
            ] {
                engine.time.set(to: try #require(Instant(rfc3339: instant)))
                #expect(try await engine.value(.incremental).sum == "\(amount)", "as of \(instant)")
            }
        }
    }

    @Test func `a class of nobody has an average of 0, one without end is worth a notice`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let empty = try await book.addClass()
            let endless = try await book.addClass(end: nil)
            let unpaid = try await book.addClass()
            _ = try await book.addStudent(in: unpaid)
            _ = try await book.addStudent(in: endless, [("2026-02-01", 7)], enabled: false)
            let run = try await engine.value(.full)
            #expect(run.outcome == "success" && run.students == 1 && run.sum == "0")
            #expect(
                try await FoundRow.all(of: run, on: engine.pool)
                    == [FoundRow(code: "NO_END_DATE", severity: "notice", subject: "class", id: endless)])
            for (classID, students) in [(empty, 0), (endless, 0), (unpaid, 1)] {
                #expect(
                    try await ClassBalance(classID, on: engine.pool)
                        == ClassBalance(0, of: Int64(students), asOf: run.asOf, "completed"))
            }
        }
    }

    @Test func `withdrawals that outweigh all else are a notice and a negative balance`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let student = try await book.addStudent(
                in: try await book.addClass(rates: [("2026-01-01", "0")]), [("2026-02-01", 5), ("2026-02-02", -9)])
            let run = try await engine.value(.full)
            #expect(run.outcome == "success" && run.negative == 1 && run.sum == "-4")
            #expect(
                try await FoundRow.all(of: run, on: engine.pool)
                    == [FoundRow(code: "NEGATIVE_BALANCE", severity: "notice", subject: "student", id: student)])
        }
    }

    @Test func `a student who moves grows at the new class's rate from the next run on`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let (slow, fast) = (
                try await book.addClass(rates: [("2026-01-01", "0")]),
                try await book.addClass(rates: [("2026-01-01", "1")])
            )
            let student = try await book.addStudent(in: slow, [("2026-02-01", 1_000)])
            try await engine.value(.full)
            #expect(try await StudentBalance(student, on: engine.pool).amount == 1_000)
            try await engine.pool.execute("update investments.students set class_id = \(fast) where id = \(student)")
            engine.time.set(to: Instant(seconds: 1_769_904_000) + .seconds(30 * 86_400 * 8))
            let run = try await engine.value(.incremental)
            #expect(
                try await StudentBalance(student, on: engine.pool)
                    == StudentBalance(256_000, asOf: run.asOf, "completed"))
            #expect(
                try await ClassBalance(slow, on: engine.pool) == ClassBalance(0, of: 0, asOf: run.asOf, "completed"))
            #expect(try await ClassBalance(fast, on: engine.pool).average == 256_000)
        }
    }

    @Test func `a policy without growth before the first rate, or without value, is heeded at once`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let classID = try await book.addClass(rates: [("2026-03-03", "1")])
            // Two months before the first rate, then two with it.
            let student = try await book.addStudent(in: classID, [("2026-01-02", 1_000)])
            engine.time.set(to: try #require(Instant(rfc3339: "2026-05-02T00:00:00Z")))
            try await engine.value(.full)
            #expect(try await StudentBalance(student, on: engine.pool).amount == 16_000)
            for (policy, amount, status) in [(FirstRatePolicy.zero, 4_000, "completed"), (.error, 0, "error")] {
                var changed = engine
                changed.settings.firstRate = policy
                engine.time.advance(by: .microseconds(1))
                let run = try await changed.value(.incremental)
                #expect(
                    try await StudentBalance(student, on: engine.pool)
                        == StudentBalance(Int64(amount), asOf: run.asOf, status))
            }
        }
    }
}
