import Postgres
import Primitives

/// Writes an entry and moves the end of the chain to it.
struct AppendAuditEntry: Statement {
    let entry: AuditEntry
    let sequence: Int64
    let at: Instant
    let fingerprint: String
    let nextFingerprint: String
    let previous: [UInt8]
    let mac: [UInt8]

    static let sql = """
        with entry as (
            insert into bursar.audit_entry
                (sequence, at, actor, uid, channel, action, subject, reason, before, after, request, key_fingerprint,
                 previous_mac, mac)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            returning sequence, mac)
        update bursar.audit_head h set sequence = entry.sequence, mac = entry.mac, key_fingerprint = $15
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
        bindings.append(nextFingerprint)
    }
}
