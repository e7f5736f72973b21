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
    /// Where it stands in line; nil when in none.
    package let place: PlaceInLine?
    /// The run that it belongs to: that it began, or that a job which enqueued it belonged to.
    package let execution: ExecutionID?
    /// It is the job that began the run.
    package let isRoot: Bool
    /// What the run is for; nil unless a schedule started it.
    package let tick: TickPeriod?
    package let claimedAt: Instant

    package init(
        job: Int64, lease: Int64, kind: JobKind, payload: String, checkpoint: String?, attempt: Int, failures: Int,
        money: Bool, place: PlaceInLine? = nil, execution: ExecutionID?, isRoot: Bool = true, tick: TickPeriod?,
        claimedAt: Instant
    ) {
        self.job = job
        self.lease = lease
        self.kind = kind
        self.payload = payload
        self.checkpoint = checkpoint
        self.attempt = attempt
        self.failures = failures
        self.money = money
        self.place = place
        self.execution = execution
        self.isRoot = isRoot
        self.tick = tick
        self.claimedAt = claimedAt
    }
}

extension Claim {
    /// What names this attempt.
    package var key: AttemptKey { AttemptKey(job: job, lease: lease) }
}

/// The line that a job stands in.
package enum PlaceInLine: Sendable, Hashable {
    /// One after the other.
    case ordered(key: String)
    /// So many at once as the kind allows.
    case limited(key: String)
}
