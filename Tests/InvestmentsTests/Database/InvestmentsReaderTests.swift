import Investments
import Postgres
import Primitives
import Synchronization
import TestSupport
import Testing

@Suite struct InvestmentsReaderTests {
    @Test func `an explanation tells every number and agrees with the stored balance`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let classID = try await book.addClass(
                zone: "America/New_York", end: "2026-12-31", rates: [("2026-01-01", "0.05"), ("2026-03-08", "0.01")])
            let student = try await book.addStudent(
                in: classID, [("2026-02-01", 1_000), ("2026-05-01 12:00", -300), ("2027-01-01", 7)])
            let reader = InvestmentsReader(pool: engine.pool)
            let now = engine.time.now()
            let early = try #require(try await reader.explain(student: student, asOf: now))
            #expect(early.stored == nil && early.storedAsOf == nil)
            let run = try await engine.value(.full)

            let told = try #require(try await reader.explain(student: student, asOf: now))
            let explanation = try told.outcome.get()
            #expect(told.student == student && told.name == "a student" && told.className == "a class")
            #expect(told.classID == classID && told.zone == "America/New_York" && told.enabled && told.asOf == now)
            #expect(told.stored == explanation.amount && told.storedAsOf == now)
            #expect(run.sum == "\(explanation.amount)")
            #expect(explanation.investments.map(\.amount) == [1_000, -300, 7])
            #expect(explanation.investments.map(\.inclusion) == [.counted, .counted, .future])
            #expect(explanation.investments.map(\.stretches.count) == [2, 1, 0])
            #expect(explanation.investments[0].stretches.map(\.rate) == ["0.05", "0.01"])
            // The local midnight on which the second rate began.
            #expect(explanation.investments[0].stretches[1].start == Instant(rfc3339: "2026-03-08T05:00:00Z"))
            #expect(explanation.findings == [.futureInvestments(count: 1)])
            #expect(explanation.horizon == now)
        }
    }

    @Test func `a disabled student is explained, and shows 0`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let classID = try await book.addClass()
            let student = try await book.addStudent(in: classID, [("2026-02-01", 1_000)])
            try await engine.value(.full)
            let reader = InvestmentsReader(pool: engine.pool)
            let now = engine.time.now()
            for table in ["students", "classes"] {
                try await engine.pool.execute("update investments.\(identifier: table) set is_enabled = false")
                let told = try #require(try await reader.explain(student: student, asOf: now))
                #expect(!told.enabled && told.stored == 0 && told.storedAsOf == now)
                #expect(try told.outcome.get().amount == 1_080)
                try await engine.pool.execute("update investments.\(identifier: table) set is_enabled = true")
            }
        }
    }

    @Test func `what has no value is explained by its finding, and who is not there by nothing`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let unrated = try await book.addStudent(in: try await book.addClass(rates: []), [("2026-02-01", 1)])
            let nowhere = try await book.addStudent(in: try await book.addClass(zone: "Nowhere"), [("2026-02-01", 1)])
            let rich = try await book.addStudent(in: try await book.addClass(), [("2026-02-01", .max)])
            let undated = try await book.addStudent(in: try await book.addClass(), [("-infinity", 1)])
            let endless = try await book.addStudent(
                in: try await book.addClass(end: nil), [("infinity", 1), ("294276-12-31 23:59:59", 1)])
            let reader = InvestmentsReader(pool: engine.pool)
            let now = engine.time.now()
            for (student, code) in [
                (unrated, "NO_RATE"), (nowhere, "INVALID_ZONE"), (rich, "OVERFLOW"), (undated, "INVALID_DATE"),
            ] {
                let told = try #require(try await reader.explain(student: student, asOf: now))
                let finding = #expect(throws: ValuationFinding.self) { try told.outcome.get() }
                #expect(finding?.code == code)
            }
            let told = try #require(try await reader.explain(student: endless, asOf: now))
            #expect(try told.outcome.get().findings == [.futureInvestments(count: 2)])
            #expect(try await reader.explain(student: 4_711, asOf: now) == nil)
            let late = try #require(try await reader.explain(student: endless, asOf: Instant(microseconds: .max)))
            #expect(throws: ValuationFinding.self) { try late.outcome.get() }
        }
    }

    @Test func `the results of a run come in the order of the students, those in error without an amount`() async throws
    {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let (first, second) = (try await book.addClass(), try await book.addClass(rates: [("2026-01-01", "1")]))
            for number in 0..<5 {
                _ = try await book.addStudent(
                    in: number % 2 == 0 ? first : second, [("2026-09-21", 100 + Int64(number))])
            }
            let rich = try await book.addStudent(in: second, [("2026-02-01", .max)])
            let run = try await engine.value(.full)
            let reader = InvestmentsReader(pool: engine.pool)
            let rows = Mutex<[Int64: Int64?]>([:])
            let order = Mutex<[Int64]>([])
            let count = try await reader.results(of: run.execution) { student, amount in
                rows.withLock { $0[student] = .some(amount) }
                order.withLock { $0.append(student) }
            }
            #expect(count == 6 && order.withLock { $0 } == [1, 2, 3, 4, 5, rich])
            #expect(rows.withLock { $0 }[rich] == .some(nil))
            #expect(try await engine.amounts(of: run) == rows.withLock { $0 }.compactMapValues { $0 })

            await #expect(throws: Enough.self) {
                try await reader.results(of: run.execution) { _, _ in throw Enough() }
            }
            // The connection was left in order.
            #expect(try await reader.results(of: run.execution) { _, _ in } == 6)
            #expect(try await reader.results(of: .make(at: engine.time.now())) { _, _ in } == nil)
            try await engine.pool.execute("drop table investments.\(identifier: "result_\(run.number)")")
            #expect(try await reader.results(of: run.execution) { _, _ in } == nil)
        }
    }
}

/// The reader of results has seen what it wanted.
private struct Enough: Error {}
