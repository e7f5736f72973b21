package import Primitives

/// The right to execute a job, as the store granted it.
package struct Claim: Sendable, Hashable {
    package let job: Int64
    /// The fencing number: every write of the attempt is checked against it.
    package let lease: Int64
    package let kind: JobKind
    /// JSON text.
    package let payload: String
    /// JSON text of the last committed step's checkpoint; nil before the first.
    package let checkpoint: String?
    /// Executions begun, this one included.
    package let attempt: Int
    /// Earlier attempts that failed.
    package let failures: Int
    package let money: Bool
    /// The run that this job began; nil for a follow-up.
    package let execution: ExecutionID?
    /// What the run is for; nil unless a schedule started it.
    package let tick: TickPeriod?
    package let claimedAt: Instant

    package init(
        job: Int64, lease: Int64, kind: JobKind, payload: String, checkpoint: String?, attempt: Int, failures: Int,
        money: Bool, execution: ExecutionID?, tick: TickPeriod?, claimedAt: Instant
    ) {
        self.job = job
        self.lease = lease
        self.kind = kind
        self.payload = payload
        self.checkpoint = checkpoint
        self.attempt = attempt
        self.failures = failures
        self.money = money
        self.execution = execution
        self.tick = tick
        self.claimedAt = claimedAt
    }
}
