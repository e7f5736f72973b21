/// Jobs of one idempotent kind that this daemon took together, under one lease.
package struct Batch: Sendable, Hashable {
    package let kind: JobKind
    package let lease: Int64
    package let jobs: [BatchedJob]

    package init(kind: JobKind, lease: Int64, jobs: [BatchedJob]) {
        self.kind = kind
        self.lease = lease
        self.jobs = jobs
    }
}

/// What became of the jobs of a batch. Those that it does not name wait again.
package struct BatchReceipt: Sendable, Hashable {
    package let kind: JobKind
    package let lease: Int64
    package var done: [Int64] = []
    package var postponed: [Postponed] = []
    package var ended: [Ended] = []

    package init(of batch: Batch) {
        kind = batch.kind
        lease = batch.lease
    }

    /// Adds what another share of the same batch came to.
    mutating func add(_ share: BatchReceipt) {
        done += share.done
        postponed += share.postponed
        ended += share.ended
    }

    /// A job that is due again later.
    package struct Postponed: Sendable, Hashable {
        package let id: Int64
        package let after: Duration
        /// Nil when it cost nothing.
        package let failure: String?
    }

    /// A job that failed for good, or needs a person.
    package struct Ended: Sendable, Hashable {
        package let id: Int64
        /// Nil: it failed.
        package let park: ParkCode?
        package let error: String
    }
}

/// What a turn gave: whether the batch that was acknowledged was still held, and the next.
package struct BatchTurn: Sendable, Hashable {
    package let wasHeld: Bool
    package let next: Batch?

    package init(wasHeld: Bool, next: Batch?) {
        self.wasHeld = wasHeld
        self.next = next
    }
}
