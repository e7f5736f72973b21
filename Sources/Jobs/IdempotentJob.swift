/// One kind of work that does no harm when it is done again, as an actor: one instance an attempt.
///
/// Jobs of such a kind are claimed by the batch and acknowledged in bulk, within the claim of the next batch. What it
/// does is its own business: nothing of it is fenced, and after a crash it may be done once more.
package protocol IdempotentJob: Actor {
    /// Does the work.
    func run(_ task: BatchedJob) async throws -> BatchedOutcome
}

/// One job of a batch.
package struct BatchedJob: Sendable, Hashable {
    package let id: Int64
    /// JSON text.
    package let payload: String
    /// Executions that ended in an error or were put off, before this one.
    package let attempt: Int
    /// Earlier executions that failed.
    package let failures: Int

    package init(id: Int64, payload: String, attempt: Int, failures: Int) {
        self.id = id
        self.payload = payload
        self.attempt = attempt
        self.failures = failures
    }
}

/// What an idempotent job says when it is over. An error thrown instead means: classify it, and perhaps try again.
package enum BatchedOutcome: Sendable, Hashable {
    case done
    /// Not now: come back after that. Costs no attempt.
    case snooze(Duration)
    /// Needs a person.
    case park(reason: String)
}
