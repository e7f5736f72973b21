import DatabaseTestSupport
import Investments
import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport
import Testing

/// Every coin that a run stores, against what PostgreSQL's own numerics make of the same tables.
@Suite struct ExactValueTests {
    /// 03:30 in Buenos Aires on the day on which New York puts its clocks back.
    private static let asOf = Instant(seconds: 1_793_514_600)
    private static let students = 5_000

    @Test(arguments: [20_261_101 as UInt64])
    func `every coin of a random school is the one that PostgreSQL's numerics find`(seed: UInt64) async throws {
        var random = SplitMix(seed: seed)
        let school = try RandomSchool(classes: 120, students: Self.students, asOf: Self.asOf, using: &random)
        let statements = StatementFaults()
        try await withInvestments(batchSize: 1_000, at: Self.asOf, observer: statements) { engine, database in
            let connection = try await PostgresConnection.connect(to: database.address)
            let reference = try await ReferenceValues(on: connection, for: engine.pool)
            await connection.close()
            try await school.store(in: engine.pool)
            let full = try await dispatched(engine, statements)
            #expect(try await reference.differences(from: full) == [])
            #expect(full.students == school.enabledStudents && full.unvalued == 0)
            // All of it was tried: ties and large amounts, debts, what is not yet due, what does not fit.
            #expect(full.exact > 200 && full.negative > 100 && full.futureInvestments > 1_000)
            #expect((1...500).contains(full.errors))

            for pause in [Duration.seconds(3_600), .seconds(40 * 86_400)] {
                engine.time.advance(by: pause)
                let run = try await engine.value(.incremental)
                #expect(run.readClasses < full.readClasses)
                #expect(try await reference.differences(from: run) == [])
            }
            // The comparison itself is awake.
            try await engine.pool.execute(
                "update investments.result set amount = amount + 1 where run_no = \(full.number) and student_id = 1000")
            #expect(try await reference.differences(from: full).count == 1)
        }
    }

    /// A run as the daemon makes it: claimed, executed and ended by the dispatcher.
    private func dispatched(_ engine: InvestmentsEngine, _ statements: StatementFaults) async throws -> ValuedRun {
        let execution = ExecutionID.make(at: engine.time.now())
        let run = NewRun(execution: execution, trigger: .manual, source: "test")
        _ = try await engine.pool.enqueue(
            NewJob(kind: InvestmentsEngine.kind, payload: #"{"mode":"full"}"#, run: run), now: engine.time.now())
        let dispatcher = Dispatcher(
            store: engine.store, definitions: [engine.definition], logger: InvestmentsEngine.logger)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await dispatcher.run() }
            _ = try? await statements.ran.first { $0 == "FinishJob" }
            await dispatcher.drain(within: .seconds(30))
        }
        return try await ValuedRun(execution, on: engine.pool)
    }
}
