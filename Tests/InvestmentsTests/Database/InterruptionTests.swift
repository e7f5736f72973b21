import DatabaseTestSupport
import Investments
import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport
import Testing

/// A run that is cut off anywhere and goes on elsewhere ends as if nothing had happened.
@Suite struct InterruptionTests {
    @Test(arguments: [ValuationRequest.Mode.full, .incremental])
    func `cut off before any of its statements, a run goes on to the same end`(mode: ValuationRequest.Mode) async throws
    {
        let faults = StatementFaults()
        try await withInvestments(batchSize: 3) { engine, database in
            try await prepare(engine, for: mode)
            let state = try await StandingState(of: engine.pool)
            let undisturbed = try await engine.value(mode)
            #expect(undisturbed.students == 13 && undisturbed.unvalued == 5)
            let expected = try await engine.traces(of: undisturbed)
            let options = ConnectionOptions(observer: faults)
            try await PostgresPool.withPool(address: database.address, size: 2, options: options) { pool in
                var statement = 0
                repeat {
                    statement += 1
                    try await state.restore()
                    faults.arm(failing: statement)
                    let run = try await resumed(engine, mode, beginningOver: pool)
                    let deviations = try await engine.deviations(of: run, from: expected)
                    #expect(deviations == [], "cut off before statement \(statement)")
                } while faults.isHit && statement < Self.statementsMax
                #expect((40..<Self.statementsMax).contains(statement))
            }
            #expect(try await engine.count("select count(*) from bursar.run where outcome is null") == 0)
        }
    }

    /// Beyond this the count of a run's statements went wrong.
    private static let statementsMax = 200

    /// A run whose first attempt works over `pool`, and whose second goes on if that one failed.
    private func resumed(
        _ engine: InvestmentsEngine, _ mode: ValuationRequest.Mode, beginningOver pool: PostgresPool
    ) async throws -> ValuedRun {
        let claim = try await engine.claim("{\"mode\":\"\(mode.rawValue)\"}")
        let execution = try #require(claim.execution)
        do { return try await engine.over(pool).perform(claim) } catch is PostgresError {}
        // What failed after the run's end was only the test's own look at it: then there is no job to hand back.
        guard try await engine.store.postpone(claim, until: .after(.zero), failure: nil) else {
            return try await ValuedRun(execution, on: engine.pool)
        }
        let run = try await engine.perform(try await engine.claimAgain())
        #expect(run.execution == execution)
        return run
    }

    @Test func `an attempt whose lease was retaken in its midst leaves nothing behind`() async throws {
        try await withInvestments(batchSize: 3) { engine, database in
            try await prepare(engine, for: .full)
            let state = try await StandingState(of: engine.pool)
            let expected = try await engine.traces(of: try await engine.value(.full))
            for step in 1...Self.steps {
                try await state.restore()
                let claim = try await engine.claim(#"{"mode":"full"}"#)
                let faults = StatementFaults()
                let options = ConnectionOptions(observer: faults)
                let run = try await PostgresPool.withPool(address: database.address, size: 2, options: options) {
                    pool in
                    async let overtaken = result { try await engine.over(pool).perform(claim) }
                    for _ in 0..<step { _ = try await faults.ran.first { $0 == "FenceStep" } }
                    let isRetaken = try await engine.store.postpone(claim, until: .after(.zero), failure: nil)
                    guard isRetaken else { return try await overtaken.get() }
                    // Both are at work now.
                    let run = try await engine.perform(try await engine.claimAgain())
                    if case .success = await overtaken { Issue.record("an attempt without lease came to its end") }
                    return run
                }
                #expect(try await engine.deviations(of: run, from: expected) == [], "retaken after step \(step)")
            }
        }
    }

    @Test func `an attempt that is told to stop stops, and the next goes on from its last step`() async throws {
        try await withInvestments(batchSize: 3) { engine, database in
            try await prepare(engine, for: .full)
            let state = try await StandingState(of: engine.pool)
            let expected = try await engine.traces(of: try await engine.value(.full))
            for step in 1...Self.steps {
                try await state.restore()
                let claim = try await engine.claim(#"{"mode":"full"}"#)
                let faults = StatementFaults()
                let options = ConnectionOptions(observer: faults)
                try await PostgresPool.withPool(address: database.address, size: 2, options: options) { pool in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { _ = try? await engine.over(pool).perform(claim) }
                        for _ in 0..<step { _ = try await faults.ran.first { $0 == "FenceStep" } }
                        group.cancelAll()
                    }
                }
                let execution = try #require(claim.execution)
                let isOpen = try await engine.store.postpone(claim, until: .after(.zero), failure: nil)
                let run =
                    isOpen
                    ? try await engine.perform(try await engine.claimAgain())
                    : try await ValuedRun(execution, on: engine.pool)
                #expect(try await engine.deviations(of: run, from: expected) == [], "stopped after step \(step)")
            }
        }
    }

    @Test func `a class that comes to have a value while a run is cut off is valued for all of its students`()
        async throws
    {
        try await withInvestments(batchSize: 2) { engine, database in
            let book = SchoolBook(engine.pool)
            let (good, bad) = (try await book.addClass(), try await book.addClass(rates: []))
            var students: [Int64] = []
            for number in 0..<8 {
                students.append(try await book.addStudent(in: number % 2 == 0 ? good : bad, [("2026-02-01", 1_000)]))
            }
            let claim = try await engine.claim(#"{"mode":"full"}"#)
            try await engine.cutOff(claim, on: database, by: StatementFaults(failing: 3, name: "FenceStep"))
            try await book.addRate("0.01", from: "2026-01-01", to: bad)
            let run = try await engine.perform(try await engine.claimAgain())
            #expect(run.students + run.unvalued == 8)
            for student in students {
                let balance = try await StudentBalance(student, on: engine.pool)
                // Either the class waits for the next run, or all of it is there.
                #expect(balance.status == "completed" && balance.amount > 1_000, "student \(student)")
            }
            #expect(try await ClassBalance(bad, on: engine.pool).students == 4)
        }
    }

    @Test func `a rate that changes while a run is cut off counts for all students of its class or for none`()
        async throws
    {
        try await withInvestments(batchSize: 2) { engine, database in
            let book = SchoolBook(engine.pool)
            let classID = try await book.addClass()
            for _ in 0..<8 { _ = try await book.addStudent(in: classID, [("2026-02-01", 1_000_000)]) }
            let claim = try await engine.claim(#"{"mode":"full"}"#)
            try await engine.cutOff(claim, on: database, by: StatementFaults(failing: 3, name: "FenceStep"))
            try await engine.pool.execute("update investments.interest_rate_history set monthly_interest_rate = 0.02")
            let run = try await engine.perform(try await engine.claimAgain())
            let amounts = try await engine.count(
                "select count(distinct amount) from investments.result where run_no = \(run.number)")
            #expect(amounts == 1)
        }
    }

    /// How many steps a full run commits before its last: its opening, and five batches of thirteen students.
    private static let steps = 6

    /// Classes of every kind, with students in an order that puts each batch across several of them.
    private func prepare(_ engine: InvestmentsEngine, for mode: ValuationRequest.Mode) async throws {
        let book = SchoolBook(engine.pool)
        let plain = try await book.addClass(zone: "Europe/Berlin")
        let changing = try await book.addClass(
            zone: "America/New_York", end: "2026-09-01", rates: [("2026-01-01", "0.05"), ("2026-03-08", "0")])
        let broken = try await book.addClass(rates: [])
        let doubling = try await book.addClass(end: nil, rates: [("2020-01-01", "1")])
        let classes = [
            broken, plain, changing, broken, plain, doubling, broken, changing, plain, plain, doubling, broken,
        ]
        for (index, classID) in classes.enumerated() {
            let day = index % 2 == 0 ? "2026-02-0\(1 + index % 7)" : "2026-05-17 11:13:17.123456"
            _ = try await book.addStudent(in: classID, [(day, 1_000 + Int64(index)), ("2026-08-01", -Int64(index))])
        }
        // Counted later, never, and no longer; a student with no date that any valuation reaches; one too rich, one in
        // debt.
        _ = try await book.addStudent(in: plain, [("2026-12-01", 5), ("infinity", 7), ("2026-02-01", 100)])
        _ = try await book.addStudent(in: changing, [("2026-12-01", 5), ("2026-02-01", 100)])
        _ = try await book.addStudent(in: plain, [("-infinity", 5), ("2026-02-01", 100)])
        _ = try await book.addStudent(in: doubling, [("2020-01-01", 1_000_000_000_000_000)])
        _ = try await book.addStudent(in: plain, [("2026-02-01", -100)])
        _ = try await book.addStudent(in: broken)
        guard mode == .incremental else { return }
        try await engine.value(.full)
        engine.time.advance(by: .seconds(3_600))
        try await engine.pool.execute("update investments.investments set monto = monto + 1 where student_id = 3")
    }
}

/// What a body did, as a value, so that a child task can be awaited without throwing.
private func result<T: Sendable>(_ body: @Sendable () async throws -> T) async -> Result<T, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
}
