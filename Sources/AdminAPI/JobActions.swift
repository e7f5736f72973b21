package import Primitives

/// What can be done to a job.
package enum JobAction: String, Sendable, Hashable, CaseIterable {
    case retry, cancel
}

/// What became of a job.
package struct JobChanged: Sendable, Hashable, Codable {
    /// How far a wish was granted.
    package enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        /// It was parked, and waits again.
        case waiting
        /// It had failed: `successor` does its work.
        case started
        case cancelled
        /// Its daemon was told to end the attempt.
        case requested
        /// It was so already.
        case unchanged
    }

    package var outcome: Outcome
    package var job: JobAnswer
    /// The job that was started in its place.
    @Nullable package var successor: IntegerText?
    /// The run that was begun with it.
    @Nullable package var executionID: ExecutionID?

    private enum CodingKeys: String, CodingKey {
        case outcome, job, successor
        case executionID = "execution_id"
    }

    package init(
        outcome: Outcome, job: JobAnswer, successor: IntegerText? = nil, executionID: ExecutionID? = nil
    ) {
        self.outcome = outcome
        self.job = job
        self.successor = successor
        self.executionID = executionID
    }
}

/// Why a job does not run: every gate that it must pass, those that hold it first, with the row that stands there and
/// the next step.
package struct JobExplanation: Sendable, Hashable, Codable {
    package var job: JobAnswer
    /// The most important of it, in a sentence.
    package var summary: String
    package var gates: [ExplainedGate]

    private enum CodingKeys: String, CodingKey {
        case job, summary, gates
    }

    package init(job: JobAnswer, summary: String, gates: [ExplainedGate]) {
        self.job = job
        self.summary = summary
        self.gates = gates
    }
}

/// One thing between a job and its end.
package struct ExplainedGate: Sendable, Hashable, Codable {
    /// Of a waiting job: `paused` (its kind is), `time`, `order_key`, `limit_key`, `worker`, `limit` (of its kind),
    /// `breaker`, `bucket`. Of others: `lease`, `person`, `ended`. Of any: `cancellation`, `schedule`.
    package var gate: String
    /// False: it lets the job through, or holds only what comes after it.
    package var holds: Bool
    package var detail: String
    /// What to do about it, or what to wait for.
    package var next: String
    /// The row that stands in the way, as the database has it.
    @Nullable package var row: JSONValue?

    private enum CodingKeys: String, CodingKey {
        case gate, holds, detail, next, row
    }

    package init(gate: String, holds: Bool = true, detail: String, next: String, row: JSONValue? = nil) {
        self.gate = gate
        self.holds = holds
        self.detail = detail
        self.next = next
        self.row = row
    }
}
