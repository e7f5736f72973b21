package import Postgres
package import Primitives

/// Appends to the chain, in the transaction of the change that is written down.
package struct AuditTrail: Sendable {
    package let key: AuditKey
    /// Nil: the database's own clock.
    private let time: (any TimeSource)?

    /// Of the entry by which the chain goes over to another key.
    package static let keyChanged = "audit.key-changed"
    /// Of the entry that a restore appends to what it brought back.
    package static let databaseRestored = "database.restored"

    package init(key: AuditKey, time: (any TimeSource)? = nil) {
        self.key = key
        self.time = time
    }

    /// Appends an entry. The chain's end is held until the transaction is over: best done last.
    ///
    /// - Returns: the entry's place in the chain.
    /// - Throws: `AuditKeyMismatch` when the chain is another key's.
    @discardableResult
    package func record(_ entry: AuditEntry, in transaction: Transaction) async throws -> Int64 {
        try await append(entry, next: key, in: transaction)
    }

    /// Goes over to another key: the entry that says so is the last one under this one.
    @discardableResult
    package func changeKey(
        to next: AuditKey, by actor: Actor, channel: AuditEntry.Channel, reason: String?, in transaction: Transaction
    ) async throws -> Int64 {
        let entry = AuditEntry(
            actor: actor, channel: channel, action: Self.keyChanged, subject: "audit", reason: reason,
            before: Self.keyJSON(key), after: Self.keyJSON(next))
        return try await append(entry, next: next, in: transaction)
    }

    /// Throws `AuditKeyMismatch` when the chain is another key's: nothing could be written down then.
    ///
    /// A chain that is nobody's yet becomes this key's.
    package func requireKey(on runner: some StatementRunner) async throws {
        var chain = try await runner.first(AuditHead.Read())?.fingerprint
        if chain == nil {
            try await runner.run(AuditHead.Claim(fingerprint: key.fingerprint))
            chain = try await runner.first(AuditHead.Read())?.fingerprint
        }
        guard let chain else { throw Self.noHead }
        guard chain == key.fingerprint else { throw AuditKeyMismatch(chain: chain, own: key.fingerprint) }
    }

    /// What an entry says of a key.
    static func keyJSON(_ key: AuditKey) -> String {
        "{\"fingerprint\":\"\(key.fingerprint)\"}"
    }

    private func append(_ entry: AuditEntry, next: AuditKey, in transaction: Transaction) async throws -> Int64 {
        guard let held = try await transaction.first(AuditHead.Hold(now: time?.now())) else { throw Self.noHead }
        if let chain = held.head.fingerprint, chain != key.fingerprint {
            throw AuditKeyMismatch(chain: chain, own: key.fingerprint)
        }
        let chained = ChainedEntry(
            entry, sequence: held.head.sequence + 1, at: held.now, after: held.head.mac, key: key)
        try await transaction.run(
            AppendAuditEntry(
                entry: entry, sequence: chained.sequence, at: held.now, fingerprint: key.fingerprint,
                nextFingerprint: next.fingerprint, previous: held.head.mac, mac: chained.mac ?? []))
        return chained.sequence
    }

    static let noHead = PostgresError(
        .schema, "the audit has no end to append to", hint: "somebody emptied bursar.audit_head: restore a backup")
}
