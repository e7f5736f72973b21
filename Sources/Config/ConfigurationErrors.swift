/// All that is wrong with a configuration, in the order of its sources, lines and columns.
package struct ConfigurationErrors: Error, Sendable, Hashable {
    package let errors: [ConfigurationError]

    /// More than these are cut off, and the last says so.
    package static let limit = 500

    package init(errors: [ConfigurationError]) {
        self.errors = errors
    }
}

extension ConfigurationErrors: CustomStringConvertible {
    /// One error a line. Holds no secret.
    package var description: String {
        errors.map(\.description).joined(separator: "\n")
    }
}

/// One thing that is wrong, or, among warnings, likely to be.
package struct ConfigurationError: Sendable, Hashable {
    /// The file's name, or `environment variable NAME`.
    package let file: String
    /// From 1; nil when it concerns the file as a whole.
    package let line: Int?
    /// From 1, in Unicode scalars.
    package let column: Int?
    /// What is wrong, with what was expected and what was found. Holds no secret.
    package let message: String
    /// How to put it right.
    package let hint: String?

    package init(file: String, line: Int?, column: Int?, message: String, hint: String?) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// `file:line:column: message; hint`.
    package var description: String {
        var text = file
        if let line { text += ":\(line)" }
        if let column { text += ":\(column)" }
        text += ": " + message
        if let hint { text += "; " + hint }
        return text
    }
}
