import Postgres
import Primitives

/// Runs that ended before `cutoff` and to which no balance goes back: their students' amounts may go.
struct OldResults: Statement {
    let cutoff: Instant
    let limit: Int32

    static let sql = """
        select v.run_no from investments.valuation v
        join bursar.run u using (execution_id)
        where u.finished_at < $1 and u.outcome <> 'parked' and v.results_dropped_at is null
          and not exists (select from investments.class_pointer p where v.run_no in (p.run_no, p.base_run_no))
        order by v.run_no
        limit $2
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(cutoff)
        bindings.append(limit)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int32 {
        try row.next()
    }
}

/// Drops a run's partition whole; fails when a reader holds it for longer than a moment.
struct DropResults: Statement {
    let run: Int32

    static let sql = "select investments.drop_partition($1)::text"

    func bind(to bindings: inout Bindings) {
        bindings.append(run)
    }
}
