import Postgres
import Primitives

/// One student's amount in a run; nil for a student in error.
struct StoredResult: Sendable, Hashable {
    let student: Int64
    let amount: Int64?
}

/// The number under which a run's results are kept, and whether they still are.
struct FindResults: Statement {
    let execution: ExecutionID

    init(_ execution: ExecutionID) {
        self.execution = execution
    }

    static let sql = """
        select run_no, to_regclass('investments.result_' || run_no) is not null
        from investments.valuation where execution_id = $1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(execution)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (run: Int32, isKept: Bool) {
        (run: try row.next(Int32.self), isKept: try row.next(Bool.self))
    }
}

/// Whether a run's partition is still there: it is dropped whole, and its number never returns.
struct AreResultsKept: Statement {
    let run: Int32

    static let sql = "select to_regclass('investments.result_' || $1) is not null"

    func bind(to bindings: inout Bindings) {
        bindings.append(run)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Bool {
        try row.next()
    }
}

/// Results of a run in the order of the students' ids.
struct ResultsAfter: Statement {
    let run: Int32
    let student: Int64
    let limit: Int

    static let sql = """
        select student_id, amount from investments.result
        where run_no = $1 and student_id > $2 order by student_id limit $3
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(run)
        bindings.append(student)
        bindings.append(limit)
    }

    static func output(from row: inout Row) throws(PostgresError) -> StoredResult {
        StoredResult(student: try row.next(), amount: try row.next())
    }
}
