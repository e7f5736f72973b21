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
    /// What it waits for once its own job has ended; null when it does not.
    @Nullable package var descendants: DescendantsAnswer?

    private enum CodingKeys: String, CodingKey {
        case run, warnings, notices, findings, descendants
    }

    package init(
        run: RunAnswer, warnings: Int, notices: Int, findings: [FindingAnswer], descendants: DescendantsAnswer? = nil
    ) {
        self.run = run
        self.warnings = warnings
        self.notices = notices
        self.findings = findings
        self.descendants = descendants
    }
}

/// The jobs that a run started, or these, and that have not ended: the run ends with the last of them.
package struct DescendantsAnswer: Sendable, Hashable, Codable {
    /// When the run's own job ended.
    package var since: Instant
    /// The first three together are at most `counted_up_to`.
    package var waiting: Int
    package var running: Int
    package var parked: Int
    /// Those that have ended so: the run will.
    package var failed: Int
    package var countedUpTo: Int
    /// The oldest of the parked ones.
    @Nullable package var firstParked: IntegerText?

    private enum CodingKeys: String, CodingKey {
        case since, waiting, running, parked, failed
        case countedUpTo = "counted_up_to"
        case firstParked = "first_parked"
    }

    package init(
        since: Instant, waiting: Int, running: Int, parked: Int, failed: Int, countedUpTo: Int,
        firstParked: IntegerText? = nil
    ) {
        self.since = since
        self.waiting = waiting
        self.running = running
        self.parked = parked
        self.failed = failed
        self.countedUpTo = countedUpTo
        self.firstParked = firstParked
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
