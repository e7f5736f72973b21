package import Postgres
package import Primitives

/// Appends to the chain, in the transaction of the change that is written down.
package struct AuditTrail: Sendable {
    private let key: AuditKey
    /// Nil: the database's own clock.
    private let time: (any TimeSource)?

    package init(key: AuditKey, time: (any TimeSource)? = nil) {
        self.key = key
        self.time = time
    }

    /// Appends an entry. The chain's end is held until the transaction is over.
    ///
    /// - Returns: the entry's place in the chain.
    /// - Throws: `AuditKeyMismatch` when the chain is another key's.
    @discardableResult
    package func record(_ entry: AuditEntry, in transaction: Transaction) async throws -> Int64 {
        guard let head = try await transaction.first(HoldAuditHead(now: time?.now())) else {
            throw PostgresError(.schema, "the audit has no end to append to", hint: "restore the database")
        }
        if let other = head.fingerprint, other != key.fingerprint {
            throw AuditKeyMismatch(chain: other, own: key.fingerprint)
        }
        let sequence = head.sequence + 1
        let mac = AuditChain.mac(of: entry, sequence: sequence, at: head.now, after: head.mac, key: key)
        try await transaction.run(
            AppendAuditEntry(
                entry: entry, sequence: sequence, at: head.now, fingerprint: key.fingerprint, previous: head.mac,
                mac: mac))
        return sequence
    }

    /// Throws `AuditKeyMismatch` when the chain is another key's: nothing could be written down then.
    package func requireKey(on runner: some StatementRunner) async throws {
        guard let other = try await runner.first(AuditHeadKey()), let other, other != key.fingerprint else { return }
        throw AuditKeyMismatch(chain: other, own: key.fingerprint)
    }
}

/// The chain of this database was made with another key.
package struct AuditKeyMismatch: Error, Sendable, Hashable, CustomStringConvertible {
    package let chain: String
    package let own: String

    package init(chain: String, own: String) {
        self.chain = chain
        self.own = own
    }

    package var description: String {
        "the audit of this database was made with the key \(chain), and this daemon has \(own); "
            + "copy audit.key of the state directory of the daemon that made it, or hand it over as a credential"
    }
}
