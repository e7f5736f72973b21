package import AdminAPI

/// Why a command could not do its work: what is wrong, where, and how to put it right.
package struct CommandFailure: Error, Sendable, Hashable {
    package var status: CommandStatus
    package var message: String
    /// Further lines, such as each error of a configuration.
    package var details: [String]
    package var hint: String?
    /// The daemon's own words, when it refused.
    package var problem: Problem?

    package init(
        _ status: CommandStatus, _ message: String, details: [String] = [], hint: String? = nil, problem: Problem? = nil
    ) {
        self.status = status
        self.message = message
        self.details = details
        self.hint = hint
        self.problem = problem
    }
}

extension CommandFailure: CustomStringConvertible {
    package var description: String {
        var lines = [message] + details
        if let hint { lines.append("hint: " + hint) }
        return lines.joined(separator: "\n")
    }
}

/// A failure as `--json` shows it on standard error.
struct FailureReport: Encodable {
    let failure: CommandFailure

    private enum CodingKeys: String, CodingKey {
        case error
    }

    private enum ErrorKeys: String, CodingKey {
        case message, details, hint, problem
        case exitStatus = "exit_status"
    }

    func encode(to encoder: any Encoder) throws {
        var outer = encoder.container(keyedBy: CodingKeys.self)
        var container = outer.nestedContainer(keyedBy: ErrorKeys.self, forKey: .error)
        try container.encode(failure.message, forKey: .message)
        try container.encode(failure.details, forKey: .details)
        try container.encode(failure.hint, forKey: .hint)
        try container.encode(failure.problem, forKey: .problem)
        try container.encode(failure.status.rawValue, forKey: .exitStatus)
    }
}
