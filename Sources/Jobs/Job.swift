/// One kind of work, as an actor: one instance an attempt.
///
/// What it writes goes through `Attempt.step`, or with the outcome `done`: each such transaction ends with the fence,
/// so an attempt that lost its lease changes nothing.
package protocol Job<Store>: Actor {
    associatedtype Store: JobStore

    /// Does the work, or as much of it as a checkpoint left to do.
    func run(_ attempt: Attempt<Store>) async throws -> JobOutcome<Store.Transaction>
}

/// A kind of job as the catalog lists it: its name, its limits, and how to make the actor that runs it.
package struct JobDefinition<Store: JobStore>: Sendable {
    package let kind: JobKind
    /// Backed by money: never fails by itself, but parks.
    package let money: Bool
    /// Asked for at each failure: a reload may have changed it.
    package let retry: @Sendable () -> RetryPolicy
    /// The hard deadline of one attempt: then it is told to stop, which counts as a failure, and beyond it the attempt
    /// is retaken even from a daemon that lives. One that does not heed its task's cancellation keeps its slot: no
    /// thread can be taken from it.
    package let deadline: Duration
    package let gates: JobGates
    package let work: Work

    /// What a kind's attempts are.
    package enum Work: Sendable {
        /// Each ends in a transaction of its own, which its effects share.
        case fenced(@Sendable () -> any Job<Store>)
        /// Taken by the batch, acknowledged in bulk.
        case idempotent(@Sendable () -> any IdempotentJob)
    }

    package init(
        kind: JobKind, money: Bool, retry: @autoclosure @escaping @Sendable () -> RetryPolicy, deadline: Duration,
        gates: JobGates = .open, make: @escaping @Sendable () -> any Job<Store>
    ) {
        self.kind = kind
        self.money = money
        self.retry = retry
        self.deadline = deadline
        self.gates = gates
        work = .fenced(make)
    }

    /// A kind whose work does no harm when it is done again. It is never backed by money, and stands in no line: the
    /// store refuses such jobs.
    ///
    /// - Parameter deadline: of a whole batch.
    package init(
        idempotent kind: JobKind, retry: @autoclosure @escaping @Sendable () -> RetryPolicy, deadline: Duration,
        make: @escaping @Sendable () -> any IdempotentJob
    ) {
        self.kind = kind
        self.money = false
        self.retry = retry
        self.deadline = deadline
        gates = .open
        work = .idempotent(make)
    }

    package var isIdempotent: Bool {
        if case .idempotent = work { true } else { false }
    }
}
