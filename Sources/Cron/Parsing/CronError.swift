/// Why a text is no expression, where in it, and what to write instead.
package struct CronError: Error, Sendable, Hashable {
    /// The field at fault. Nil when it is the expression as a whole.
    package let field: CronField?
    /// The column in the text, from 1.
    package let position: Int
    package let message: String
    /// What to write instead.
    package let hint: String

    package init(field: CronField?, position: Int, message: String, hint: String) {
        self.field = field
        self.position = position
        self.message = message
        self.hint = hint
    }
}

extension CronError: CustomStringConvertible {
    package var description: String {
        "\(field.map { "\($0.rawValue), " } ?? "")column \(position): \(message); \(hint)"
    }
}
