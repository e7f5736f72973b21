import Postgres
import Primitives

/// The number of the valuation that a run opened; no row when it opened none.
struct FindValuation: Statement {
    let execution: ExecutionID

    static let sql = "select run_no from investments.valuation where execution_id = $1"

    func bind(to bindings: inout Bindings) {
        bindings.append(execution)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int32 {
        try row.next()
    }
}
