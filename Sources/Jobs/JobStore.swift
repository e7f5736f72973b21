package import Primitives

/// Where jobs live. Each verb is one durable transaction.
///
/// Every verb that takes a `Claim` checks its lease: false, or `LeaseLost`, says that nothing was changed.
package protocol JobStore: Sendable {
    associatedtype Transaction: Sendable

    /// Takes up to `limit` due jobs of the kinds that this daemon runs, under a fresh lease.
    func claim(limit: Int) async throws -> ClaimAnswer
    /// When to look for jobs of ours again.
    func nextDue() async throws -> NextDue
    /// Commits a step of the attempt: its effects, then its checkpoint as the fence.
    func step(
        _ claim: Claim, checkpoint: String, progress: RunProgress?,
        _ effects: @Sendable (Transaction) async throws -> Void
    ) async throws
    /// Commits the last effects together with the completion.
    func finish(
        _ claim: Claim, report: RunReport, _ effects: @Sendable (Transaction) async throws -> Void
    ) async throws
    /// Ends the attempt, not the job: it waits until `runAt`. `failure` is nil when the attempt cost nothing.
    func postpone(_ claim: Claim, until runAt: PostponedUntil, failure: String?) async throws -> Bool
    /// Sets the job aside for a person.
    func park(_ claim: Claim, because code: ParkCode, reason: String) async throws -> Bool
    /// Ends the job: its attempts are used up, or trying again cannot help.
    func fail(_ claim: Claim, error: String) async throws -> Bool
    /// Ends the job: it is no longer wanted.
    func cancel(_ claim: Claim, reason: String) async throws -> Bool
    /// Acknowledges a batch of an idempotent kind and takes the next, up to `limit` jobs, in one transaction.
    func turn(_ kind: JobKind, acknowledging receipt: BatchReceipt?, limit: Int) async throws -> BatchTurn
    /// Leaves whoever is behind `bucket` alone until then, everywhere.
    func block(_ bucket: String, for pause: Duration) async throws
    /// Tells the breaker of the claim's kind how the attempt went: nil when well.
    func judge(_ claim: Claim, failure: (any Error)?) async throws
    /// Says that this daemon lives, and hears what concerns it.
    @discardableResult
    func beat() async throws -> DaemonLife
    /// Retakes the jobs of dead daemons and of attempts past their deadline. Returns how many.
    func reap() async throws -> Int
}

/// What a look for jobs gave.
package struct ClaimAnswer: Sendable, Hashable {
    package let claims: [Claim]
    /// More may be due than was taken.
    package let mayHaveMore: Bool
    /// After so long more may be taken: others are taking it just now, or a gate opens then. Nobody will tell.
    package let opensAfter: Duration?

    package init(claims: [Claim], mayHaveMore: Bool, opensAfter: Duration? = nil) {
        self.claims = claims
        self.mayHaveMore = mayHaveMore
        self.opensAfter = opensAfter
    }
}

/// What a daemon hears when it says that it lives.
package struct DaemonLife: Sendable, Hashable {
    /// Its attempts whose jobs are no longer wanted.
    package let unwanted: [AttemptKey]
    /// Something may be for the reaper: a daemon that does not beat, an attempt past its deadline, a job that is due
    /// and nobody's.
    package let mayReap: Bool
    /// When to look for jobs; nil when it did not hear.
    package let next: NextDue?

    package init(unwanted: [AttemptKey], mayReap: Bool, next: NextDue? = nil) {
        self.unwanted = unwanted
        self.mayReap = mayReap
        self.next = next
    }
}

/// What the store knows of the jobs that wait.
package struct NextDue: Sendable, Hashable {
    /// The earliest instant yet to come at which one is due.
    package let due: Instant?
    /// One is due already: nobody told, or something holds it back.
    package let isOverdue: Bool
    /// The store's present instant.
    package let now: Instant

    package init(due: Instant?, isOverdue: Bool, now: Instant) {
        self.due = due
        self.isOverdue = isOverdue
        self.now = now
    }
}

/// Why a job waits for a person.
package enum ParkCode: String, Sendable, Hashable, Codable {
    /// No daemon that lives knows its kind. Freed when one comes that does.
    case unknownKind = "unknown_kind"
    case refused
    /// Its attempts are used up.
    case exhausted
    /// The job itself asked for a person.
    case asked
    /// Cut off too often without a committed step.
    case interrupted
    /// Its payload cannot be read.
    case payload
}

/// When a postponed job is due again, by the store's clock.
package enum PostponedUntil: Sendable, Hashable {
    case at(Instant)
    case after(Duration)
    /// It was due already, and keeps its place among those that wait.
    case asBefore
}

/// One attempt: a lease is given to all that one claim takes, so it takes both to name it.
package struct AttemptKey: Sendable, Hashable {
    package let job: Int64
    package let lease: Int64

    package init(job: Int64, lease: Int64) {
        self.job = job
        self.lease = lease
    }
}

/// The attempt no longer holds its job: somebody else does, or it ended. Its transaction was rolled back.
package struct LeaseLost: ClassifiedFailure, Hashable, CustomStringConvertible {
    package let job: Int64
    package let lease: Int64

    package init(job: Int64, lease: Int64) {
        self.job = job
        self.lease = lease
    }

    package var failureClass: FailureClass { .refused }

    package var description: String {
        "job \(job) is no longer held under lease \(lease); this attempt committed nothing after it lost it"
    }
}
