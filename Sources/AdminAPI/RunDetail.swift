package import Primitives

/// One run with what it found.
package struct RunDetail: Sendable, Hashable, Codable {
    package var run: RunAnswer
    /// Findings that a person should look at.
    package var warnings: Int
    /// Findings worth knowing.
    package var notices: Int
    /// The first of them, warnings before notices.
    package var findings: [FindingAnswer]

    private enum CodingKeys: String, CodingKey {
        case run, warnings, notices, findings
    }

    package init(run: RunAnswer, warnings: Int, notices: Int, findings: [FindingAnswer]) {
        self.run = run
        self.warnings = warnings
        self.notices = notices
        self.findings = findings
    }
}

/// One thing that a run found wrong.
package struct FindingAnswer: Sendable, Hashable, Codable {
    package var id: IntegerText
    package var code: String
    /// `warning` or `notice`.
    package var severity: String
    /// What it is about: `class`, `student`, …
    package var subject: String
    package var subjectID: IntegerText
    package var message: String
    /// How to put it right.
    package var hint: String
    package var foundAt: Instant

    private enum CodingKeys: String, CodingKey {
        case id, code, severity, subject
        case subjectID = "subject_id"
        case message, hint
        case foundAt = "found_at"
    }

    package init(
        id: IntegerText, code: String, severity: String, subject: String, subjectID: IntegerText, message: String,
        hint: String, foundAt: Instant
    ) {
        self.id = id
        self.code = code
        self.severity = severity
        self.subject = subject
        self.subjectID = subjectID
        self.message = message
        self.hint = hint
        self.foundAt = foundAt
    }
}
