import Postgres
import Primitives

/// Takes the end of the chain until the transaction is over.
struct HoldAuditHead: Statement {
    let now: Instant?

    static let sql = """
        select sequence, mac, key_fingerprint, coalesce($1, clock_timestamp()) from bursar.audit_head for update
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
    }

    static func output(
        from row: inout Row
    ) throws(PostgresError) -> (sequence: Int64, mac: [UInt8], fingerprint: String?, now: Instant) {
        (
            sequence: try row.next(Int64.self), mac: try row.next([UInt8].self),
            fingerprint: try row.next(String?.self), now: try row.next(Instant.self)
        )
    }
}

struct AuditHeadKey: Statement {
    static let sql = "select key_fingerprint from bursar.audit_head"

    static func output(from row: inout Row) throws(PostgresError) -> String? {
        try row.next()
    }
}

/// Writes an entry and moves the end of the chain to it.
struct AppendAuditEntry: Statement {
    let entry: AuditEntry
    let sequence: Int64
    let at: Instant
    let fingerprint: String
    let previous: [UInt8]
    let mac: [UInt8]

    static let sql = """
        with entry as (
            insert into bursar.audit_entry
                (sequence, at, actor, uid, channel, action, subject, reason, before, after, request, key_fingerprint,
                 previous_mac, mac)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            returning sequence, mac, key_fingerprint)
        update bursar.audit_head h
        set sequence = entry.sequence, mac = entry.mac, key_fingerprint = entry.key_fingerprint
        from entry
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(sequence)
        bindings.append(at)
        bindings.append(entry.actor.name)
        bindings.append(entry.actor.uid.map(Int64.init))
        bindings.append(entry.channel.rawValue)
        bindings.append(entry.action)
        bindings.append(entry.subject)
        bindings.append(entry.reason)
        bindings.append(entry.before)
        bindings.append(entry.after)
        bindings.append(entry.request)
        bindings.append(fingerprint)
        bindings.append(previous)
        bindings.append(mac)
    }
}
