import Postgres
import Primitives

/// A valuation that was opened already, by an attempt that died before its first step.
struct OpenedValuation: Sendable {
    let run: Int32
    let asOf: Instant
    let students: Int64
}

struct FindValuation: Statement {
    let execution: ExecutionID

    static let sql = """
        select v.run_no, v.as_of,
               (select count(*) from investments.students s join investments.classes c on c.id = s.class_id
                where s.is_enabled and c.is_enabled and c.id = coalesce(v.class_id, c.id))
        from investments.valuation v where v.execution_id = $1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(execution)
    }

    static func output(from row: inout Row) throws(PostgresError) -> OpenedValuation {
        OpenedValuation(run: try row.next(), asOf: try row.next(), students: try row.next())
    }
}
