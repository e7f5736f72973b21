import AdminAPI
import Audit
import Postgres

/// Writes down what was migrated. The schema is as it is by then: what cannot be written down is told instead.
struct MigrationBook: Sendable {
    /// Nil when there is none to be read.
    let key: AuditKey?
    /// Whether the operator named the key: only then may it become the one of an audit that is nobody's yet.
    let isKeyNamed: Bool
    let reason: String?
    let actor: Actor

    /// Nil when it was written, or nothing was to be.
    func write(_ applied: [Migration], on connection: PostgresConnection) async -> String? {
        guard !applied.isEmpty else { return nil }
        guard let key else {
            return "not written into the audit: no key can be read; name it by --key"
        }
        do {
            let chain = try await connection.first(AuditHead.Read())
            guard isKeyNamed || chain?.fingerprint != nil else {
                return "not written into the audit: no daemon has put its key to it yet; name that key by --key"
            }
            let names = try WireJSON.encode(applied.map { "\($0.version) \($0.name)" })
            let entry = AuditEntry(
                actor: actor, channel: .commandLine, action: "database.migrate", subject: "schema", reason: reason,
                after: String(decoding: names, as: UTF8.self))
            try await connection.transaction { transaction in
                _ = try await AuditTrail(key: key).record(entry, in: transaction)
            }
            return nil
        } catch {
            return "not written into the audit: \(error)"
        }
    }
}
