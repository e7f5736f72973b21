/// Why a secret that should be there cannot be used. It never holds any of the secret.
package struct CredentialError: Error, Sendable, Hashable, CustomStringConvertible {
    package let name: String
    /// Where it was looked for; nil if the name itself is refused.
    package let path: String?
    package let reason: String
    package let fix: String

    package var description: String {
        "credential \(name)\(path.map { " (\($0))" } ?? ""): \(reason); \(fix)"
    }
}
