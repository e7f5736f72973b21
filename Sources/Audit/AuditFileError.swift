/// Why a key or a file of anchors cannot be had.
package struct AuditFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A path, or the name of a credential.
    package let place: String
    package let reason: String
    package let fix: String

    package init(place: String, reason: String, fix: String) {
        self.place = place
        self.reason = reason
        self.fix = fix
    }

    package var description: String { "\(place): \(reason); \(fix)" }
}
