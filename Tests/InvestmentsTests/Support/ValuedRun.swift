import Postgres
import Primitives

/// What a finished run left behind, as its own row tells it.
struct ValuedRun: Sendable {
    let execution: ExecutionID
    /// The run's number: its partition is `investments.result_<number>`.
    let number: Int32
    let asOf: Instant
    let outcome: String
    let students: Int
    let errors: Int
    let unvalued: Int
    let negative: Int
    let exact: Int
    let futureInvestments: Int
    let classErrors: Int
    let readClasses: Int
    let sum: String
    let digest: String

    init(_ execution: ExecutionID, on runner: some StatementRunner) async throws {
        let row = try await runner.first(
            """
            select v.run_no, v.as_of, r.outcome, (t->>'students')::int8, (t->>'student_errors')::int8,
                   (t->>'unvalued')::int8, (t->>'negative')::int8, (t->>'exact')::int8,
                   (t->>'future_investments')::int8, (t->>'class_errors')::int8, (t->>'read_classes')::int8,
                   t->>'sum', t->>'digest'
            from bursar.run r
            join investments.valuation v using (execution_id)
            cross join lateral (select r.totals as t) as named
            where r.execution_id = \(execution) and v.sealed_at is not null
            """)
        guard var row else { throw Unexpected(description: "run \(execution) left no totals") }
        self.execution = execution
        number = try row.next()
        asOf = try row.next()
        outcome = try row.next()
        students = try row.next()
        errors = try row.next()
        unvalued = try row.next()
        negative = try row.next()
        exact = try row.next()
        futureInvestments = try row.next()
        classErrors = try row.next()
        readClasses = try row.next()
        sum = try row.next()
        digest = try row.next()
    }

    /// The totals without what differs from run to run.
    var totals: [String] {
        [
            "\(asOf)", outcome, "\(students)", "\(errors)", "\(unvalued)", "\(negative)", "\(exact)",
            "\(futureInvestments)",
            "\(classErrors)", "\(readClasses)", sum, digest,
        ]
    }
}

/// One finding of a run, as a row.
struct FoundRow: Sendable, Hashable, CustomStringConvertible {
    let code: String
    let severity: String
    let subject: String
    let id: Int64

    var description: String { "\(severity) \(code) on \(subject) \(id)" }

    /// The findings of a run in the order of their codes.
    static func all(of run: ValuedRun, on runner: some StatementRunner) async throws -> [FoundRow] {
        try await runner.query(
            """
            select code, severity, subject, subject_id from bursar.finding where execution_id = \(run.execution)
            order by code, subject, subject_id
            """
        ).map { row in
            var row = row
            return FoundRow(code: try row.next(), severity: try row.next(), subject: try row.next(), id: try row.next())
        }
    }
}
