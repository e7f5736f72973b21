/// What a run has to say when its last step commits.
package struct RunReport: Sendable, Hashable {
    /// True when something was found that a person should look at; the run then ends in `warning`.
    package var hasWarnings: Bool
    /// Counts and sums by name, as JSON text of an object.
    package var totals: String

    package init(totals: String, hasWarnings: Bool) {
        self.totals = totals
        self.hasWarnings = hasWarnings
    }
}

/// How far a run is, in units of its own choice.
package struct RunProgress: Sendable, Hashable {
    package var done: Int
    package var total: Int?

    package init(done: Int, total: Int?) {
        precondition(done >= 0 && (total ?? 0) >= 0, "progress is a count")
        self.done = done
        self.total = total
    }
}

/// How a run ended.
package enum RunOutcome: String, Sendable, Hashable, Codable, CaseIterable {
    case success, warning, failed, parked, cancelled
}
