import Jobs
import Postgres

/// Puts the transaction in line for a key until it ends: a statement of its own, so that the next one sees all that
/// was written by whoever stood there before.
struct StandInLine: Statement {
    let key: String

    static let sql = "select bursar.stand_in_line($1)::text"

    func bind(to bindings: inout Bindings) {
        bindings.append(key)
    }

    static func output(from row: inout Row) throws(PostgresError) {}
}

extension StandInLine {
    /// Nil: the job stands in no line.
    init?(_ claim: Claim) {
        switch claim.place {
        case .ordered(let key): self.key = key
        case .limited(let key): self.key = "\(claim.kind)\u{1F}\(key)"
        case nil: return nil
        }
    }
}

/// The same for many keys at once, always in one order, so that no two wait for each other.
struct StandInLines: Statement {
    let keys: [String]

    static let sql = """
        select count(bursar.stand_in_line(k.key)::text)
        from (select key from unnest($1::text[]) as k (key) order by hashtextextended(key, 5)) k
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(keys)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// Puts the transaction in the line in which an unfinished job stands, if it does.
struct StandInLineOfJob: Statement {
    let id: Int64

    static let sql = """
        select bursar.stand_in_line(coalesce(order_key, kind || chr(31) || limit_key))::text
        from bursar.job where id = $1 and coalesce(order_key, limit_key) is not null
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
    }

    static func output(from row: inout Row) throws(PostgresError) {}
}
