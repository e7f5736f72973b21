import Postgres
package import Primitives

extension AuditTrail {
    /// An entry as SQL, for a session that knows no key.
    package struct Script: Sendable, Hashable {
        /// Statements for a transaction; they fail unless the chain ends where it was said to.
        package let sql: String
        /// The end of the chain once they have run.
        package let head: AuditHead
    }

    /// The entry that follows an end of the chain which is known before its database is there.
    package func script(
        appending entry: AuditEntry, to head: AuditHead, at: Instant
    ) throws(AuditKeyMismatch) -> Script {
        if let chain = head.fingerprint, chain != key.fingerprint {
            throw AuditKeyMismatch(chain: chain, own: key.fingerprint)
        }
        let chained = ChainedEntry(entry, sequence: head.sequence + 1, at: at, after: head.mac, key: key)
        let mac = chained.mac ?? []
        let values = [
            "\(chained.sequence)", Self.literal(at.rfc3339), Self.literal(entry.actor.name),
            entry.actor.uid.map { "\($0)" } ?? "null", Self.literal(entry.channel.rawValue),
            Self.literal(entry.action), Self.literal(entry.subject), Self.literal(entry.reason),
            Self.literal(entry.before), Self.literal(entry.after), Self.literal(entry.request),
            Self.literal(key.fingerprint), Self.literal(head.mac), Self.literal(mac),
        ]
        let sql = """
            set standard_conforming_strings = on;
            insert into bursar.audit_entry
                (sequence, at, actor, uid, channel, action, subject, reason, before, after, request, key_fingerprint,
                 previous_mac, mac)
            values (\(values.joined(separator: ", ")));
            do $$ begin
                update bursar.audit_head
                set sequence = \(chained.sequence), mac = \(Self.literal(mac)), key_fingerprint = '\(key.fingerprint)'
                where sequence = \(head.sequence) and mac = \(Self.literal(head.mac));
                if not found then
                    raise exception 'the audit does not end with entry \(head.sequence)';
                end if;
            end $$;
            """
        return Script(
            sql: sql, head: AuditHead(sequence: chained.sequence, mac: mac, fingerprint: key.fingerprint))
    }

    private static func literal(_ text: String?) -> String {
        text.map { "'" + $0.replacing("'", with: "''") + "'" } ?? "null"
    }

    private static func literal(_ bytes: [UInt8]) -> String {
        "decode('\(Hexadecimal.text(bytes))', 'hex')"
    }
}

extension AuditHead {
    /// The end of a chain that stands in a file.
    ///
    /// - Parameter macText: as PostgreSQL writes bytes, with or without what goes before the digits. Nil if it is none.
    package init?(sequence: Int64, macText: String, fingerprint: String?) {
        let digits = macText.drop { $0 == "\\" || $0 == "x" }
        guard let mac = Hexadecimal.bytes(digits), mac.count == ChainedEntry.origin.count else { return nil }
        self.init(sequence: sequence, mac: mac, fingerprint: fingerprint)
    }
}
