import DatabaseTestSupport
import Investments
import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport
import Testing

/// Which instant a run values, and what it may then move.
@Suite struct AsOfTests {
    private static let hour = Duration.seconds(3_600)

    @Test func `a run of the past keeps its amounts under its name and moves no balance`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let classID = try await book.addClass()
            let student = try await book.addStudent(in: classID, [("2026-02-01", 1_000_000)])
            let now = engine.time.now()
            try await engine.value(.full)
            let balance = try await StudentBalance(student, on: engine.pool)
            let average = try await ClassBalance(classID, on: engine.pool)
            try await book.invest(500_000, at: "2026-02-01", for: student)

            let past = try await engine.value(.full, asOf: now - Self.hour * 24 * 90)
            #expect(past.outcome == "success")
            #expect(try await StudentBalance(student, on: engine.pool) == balance)
            #expect(try await ClassBalance(classID, on: engine.pool) == average)
            let kept = try await engine.count("select amount from investments.result where run_no = \(past.number)")
            // A month of 30 days gives one per cent: 1,500,000 coins over 142 days and 14:13:20 hours.
            #expect(kept == 1_572_647)
            // The change is still to be heeded by the next run of the present.
            #expect(try await engine.count("select count(*) from investments.dirty_mark") > 0)
            engine.time.advance(by: Self.hour)
            try await engine.value(.incremental)
            #expect(try await StudentBalance(student, on: engine.pool).amount > balance.amount + 500_000)
            #expect(try await engine.count("select count(*) from investments.dirty_mark") == 0)
        }
    }

    @Test(arguments: [ValuationRequest.Mode.full, .incremental])
    func `a second run as of the same instant changes nothing`(mode: ValuationRequest.Mode) async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let classID = try await book.addClass()
            let student = try await book.addStudent(in: classID, [("2026-02-01", 1_000_000)])
            try await engine.value(.full)
            let balance = try await StudentBalance(student, on: engine.pool)
            try await book.invest(500_000, at: "2026-02-01", for: student)
            let again = try await engine.value(mode)
            #expect(try await StudentBalance(student, on: engine.pool) == balance)
            #expect(again.sum != "\(balance.amount)", "it valued what is there now, under its own name")
            #expect(try await engine.count("select count(*) from investments.dirty_mark") > 0)
        }
    }

    @Test func `two runs over the same investments have one digest and one with other terms has another`() async throws
    {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let classID = try await book.addClass()
            for number in 1...5 { _ = try await book.addStudent(in: classID, [("2026-02-01", Int64(number))]) }
            let first = try await engine.value(.full)
            engine.time.advance(by: Self.hour)
            let second = try await engine.value(.full)
            #expect(second.digest == first.digest)
            #expect(
                try await engine.texts("select inputs_digest from investments.valuation order by run_no")
                    == [first.digest, second.digest])
            try await engine.pool.execute("update investments.interest_rate_history set monthly_interest_rate = 0.011")
            engine.time.advance(by: Self.hour)
            #expect(try await engine.value(.full).digest != first.digest)
        }
    }

    @Test func `a run of a tick is as of the tick, however late it runs`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            _ = try await book.addStudent(in: try await book.addClass(), [("2026-02-01", 1_000)])
            let claim = try await engine.claim(#"{"mode":"full"}"#)
            let tick = claim.claimedAt - .seconds(1_234)
            let late = Claim(
                job: claim.job, lease: claim.lease, kind: claim.kind, payload: claim.payload, checkpoint: nil,
                attempt: 1,
                failures: 0, money: false, execution: claim.execution,
                tick: TickPeriod(
                    instant: tick, nominal: CivilDateTime(wallSeconds: tick.seconds), previousNominal: nil,
                    zone: "UTC"),
                claimedAt: claim.claimedAt)
            #expect(try await engine.perform(late).asOf == tick)
        }
    }

    @Test(arguments: [
        (#"{"mode":"full","as_of":"2026-09-21T14:13:20.000001Z"}"#, "lies in the future"),
        (#"{"mode":"full","as_of":"2126-09-21T00:00:00Z"}"#, "lies in the future"),
        (#"{"mode":"full","class":4711}"#, "no class 4711"),
        (#"{"mode":"fast"}"#, "none that investments.value can read: `mode`"),
        (#"{}"#, "none that investments.value can read: `mode` is missing"),
        (#"{"mode":"full","as_of":"yesterday"}"#, "can read: `as_of`: \"yesterday\" is not an RFC 3339 time"),
        (#"{"mode":"full","class":"9"}"#, "can read: `class` is no Int64"),
    ])
    func `a request that cannot be met is refused and opens nothing`(payload: String, reason: String) async throws {
        try await withInvestments { engine, _ in
            _ = try await SchoolBook(engine.pool).addClass()
            let claim = try await engine.claim(payload)
            let error = try await #require(throws: (any Error).self) { try await engine.perform(claim) }
            #expect("\(error)".contains(reason))
            #expect(FailureClass(of: error) == .refused)
            #expect(try await engine.count("select count(*) from investments.valuation") == 0)
            // Its failure is in the log of the old app all the same.
            #expect(try await engine.store.fail(claim, error: "\(error)"))
            let log = try await engine.texts(
                "select format('%s %s', status, error_message) from investments.calculation_logs")
            #expect(log.count == 1 && log.first?.hasPrefix("failed ") == true && log.first?.contains(reason) == true)
        }
    }

    @Test func `a run of one class leaves the others as they are`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let (mine, other) = (try await book.addClass(), try await book.addClass())
            let student = try await book.addStudent(in: mine, [("2026-02-01", 1_000_000)])
            let stranger = try await book.addStudent(in: other, [("2026-02-01", 1_000_000)])
            try await engine.value(.full)
            let before = try await StudentBalance(stranger, on: engine.pool)
            try await book.invest(1, at: "2026-03-01", for: stranger)
            engine.time.advance(by: Self.hour * 24)
            let run = try await engine.value(.incremental, of: mine)
            #expect(run.students == 1 && run.readClasses == 0)
            #expect(try await StudentBalance(stranger, on: engine.pool) == before)
            #expect(try await StudentBalance(student, on: engine.pool).asOf == engine.time.now())
            #expect(try await engine.count("select count(*) from investments.dirty_mark") > 0)
            #expect(try await engine.value(.full, of: other).students == 1)
            #expect(try await StudentBalance(stranger, on: engine.pool).amount > before.amount)
        }
    }
}
