package import Primitives

/// What a job says when its attempt is over. An error thrown instead means: classify it, and perhaps try again.
package enum JobOutcome<Transaction: Sendable>: Sendable {
    /// Done. `effects` are the last step: they commit together with the completion, or not at all.
    case done(RunReport, effects: @Sendable (Transaction) async throws -> Void)
    /// Not now: come back at that instant. Costs no attempt.
    case snooze(until: Instant)
    /// Needs a person.
    case park(reason: String)
    /// No longer wanted.
    case cancel(reason: String)
}

extension JobOutcome {
    /// Done, with nothing left to write.
    package static func done(_ report: RunReport) -> JobOutcome {
        .done(report, effects: { _ in })
    }
}
