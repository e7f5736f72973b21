/// The chain of this database was made with another key.
package struct AuditKeyMismatch: Error, Sendable, Hashable, CustomStringConvertible {
    package let chain: String
    package let own: String

    package init(chain: String, own: String) {
        self.chain = chain
        self.own = own
    }

    /// What a person does about it.
    package static let hint =
        "copy audit.key from the state directory of the daemon that made it, or hand it over as a credential"

    package var description: String {
        "the audit of this database was made with the key \(chain), not with \(own); \(Self.hint)"
    }
}
