package import Postgres
import Primitives

/// The end of the chain, as the database has it.
package struct AuditHead: Sendable, Hashable {
    package var sequence: Int64
    package var mac: [UInt8]
    /// Of the key that makes the next code; nil while the chain is nobody's.
    package var fingerprint: String?

    package init(sequence: Int64, mac: [UInt8], fingerprint: String?) {
        self.sequence = sequence
        self.mac = mac
        self.fingerprint = fingerprint
    }

    init(from row: inout Row) throws(PostgresError) {
        sequence = try row.next()
        mac = try row.next()
        fingerprint = try row.next()
    }

    /// The end of the chain.
    package struct Read: Statement {
        package static let sql = "select sequence, mac, key_fingerprint from bursar.audit_head"

        package init() {}

        package static func output(from row: inout Row) throws(PostgresError) -> AuditHead {
            try AuditHead(from: &row)
        }
    }

    /// The end of the chain, and the time by the same clock that entries have theirs from.
    struct ReadNow: Statement {
        static let sql = "select sequence, mac, key_fingerprint, clock_timestamp() from bursar.audit_head"

        static func output(from row: inout Row) throws(PostgresError) -> (head: AuditHead, now: Instant) {
            (head: try AuditHead(from: &row), now: try row.next())
        }
    }

    /// Whether a backup was brought back since an instant.
    struct IsRestored: Statement {
        let since: Instant

        static let sql = """
            select exists (select from bursar.audit_entry where action = 'database.restored' and at >= $1)
            """

        func bind(to bindings: inout Bindings) {
            bindings.append(since)
        }

        static func output(from row: inout Row) throws(PostgresError) -> Bool {
            try row.next()
        }
    }

    /// Takes the end of the chain until the transaction is over, and the time once it is taken.
    struct Hold: Statement {
        let now: Instant?

        static let sql = """
            with head as materialized (select sequence, mac, key_fingerprint from bursar.audit_head for update)
            select sequence, mac, key_fingerprint, coalesce($1, clock_timestamp()) from head
            """

        func bind(to bindings: inout Bindings) {
            bindings.append(now)
        }

        static func output(from row: inout Row) throws(PostgresError) -> (head: AuditHead, now: Instant) {
            (head: try AuditHead(from: &row), now: try row.next())
        }
    }

    /// A chain that is nobody's becomes a key's.
    struct Claim: Statement {
        let fingerprint: String

        static let sql = "update bursar.audit_head set key_fingerprint = $1 where key_fingerprint is null"

        func bind(to bindings: inout Bindings) {
            bindings.append(fingerprint)
        }
    }
}
