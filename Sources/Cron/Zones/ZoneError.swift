/// Why a name gives no zone.
package struct ZoneError: Error, Sendable, Hashable {
    package let identifier: String
    package let message: String
    /// The name that was probably meant.
    package let suggestion: String?

    package init(identifier: String, message: String, suggestion: String? = nil) {
        self.identifier = identifier
        self.message = message
        self.suggestion = suggestion
    }

    /// What to do about it.
    package var hint: String {
        if let suggestion { return "did you mean \(suggestion)?" }
        return "write a name of the IANA database, such as Asia/Kolkata or UTC"
    }
}

extension ZoneError: CustomStringConvertible {
    package var description: String { "\(message); \(hint)" }
}
