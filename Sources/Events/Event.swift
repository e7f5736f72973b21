package import Logging

/// Something that an operator may have to know of: its code for ever, and the runbook for whoever is called at night.
///
/// The texts are lines of at most 78 columns; a command stands on its own line, indented by two spaces. `diagnosis`
/// and `action` may name fields of the journal entry as `@BURSAR_JOB_ID@`, which the journal fills in.
package struct Event: Sendable, Hashable {
    /// Such as `BRS-3205`.
    package let code: String
    /// Such as `job-parked`.
    package let name: String
    package let level: Logger.Level
    /// The journal's MESSAGE_ID: 32 hexadecimal digits.
    package let messageID: String
    /// One line, without a full stop.
    package let summary: String
    /// What happened.
    package let meaning: String
    /// What that does to the business.
    package let impact: String
    /// How to find the cause.
    package let diagnosis: String
    /// What to do about it.
    package let action: String

    /// Such as `warning`.
    package var levelName: String { level.rawValue }

    init(
        _ code: String, _ name: String, _ level: Logger.Level, id: String, summary: String, meaning: String = "",
        impact: String = "", diagnosis: String = "", action: String = ""
    ) {
        self.code = code
        self.name = name
        self.level = level
        messageID = id
        self.summary = summary
        self.meaning = meaning
        self.impact = impact
        self.diagnosis = diagnosis
        self.action = action
    }
}

extension Event: CustomStringConvertible {
    package var description: String { "\(code) \(name)" }
}
