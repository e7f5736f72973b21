import ArgumentParser

extension ArgumentReading {
    /// The longest reason, in bytes, as the daemon takes it too.
    static let reasonMax = 500

    /// Why something is done, for the audit: looked at before anything is begun.
    static func reason(_ text: String) throws -> String {
        guard (1...reasonMax).contains(text.utf8.count) else {
            throw ValidationError("A reason of \(text.utf8.count) bytes is none; write 1 to \(reasonMax) bytes.")
        }
        return text
    }
}
