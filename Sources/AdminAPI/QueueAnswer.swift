package import Primitives

/// The queue of a kind: how much is in each state, and what gates it.
package struct QueueAnswer: Sendable, Hashable, Codable {
    package var kind: String
    /// Those whose time has not come and those behind others of their key included.
    package var waiting: Int
    /// Those of the waiting ones that may start now; at most `due_counted_up_to`.
    package var due: Int
    package var dueCountedUpTo: Int
    /// By themselves, or in a batch.
    package var running: Int
    /// Those of the running ones that daemons work at by the batch.
    package var inBatches: Int
    package var parked: Int
    /// These three since the database was made.
    package var done: Int
    package var failed: Int
    package var cancelled: Int
    /// How long the job that has been due longest has been so.
    @Nullable package var oldestDueSeconds: Double?
    /// Set while operators hold it: then it starts nothing anywhere, and what runs goes on.
    @Nullable package var paused: SchedulePause?
    /// At once in the whole fleet; null: no such limit.
    @Nullable package var concurrency: Int?
    /// At once of one limit key; null: no such limit.
    @Nullable package var perKey: Int?
    @Nullable package var bucket: BucketAnswer?
    @Nullable package var breaker: BreakerAnswer?
    /// How many daemons that have not ended run it.
    package var daemons: Int

    private enum CodingKeys: String, CodingKey {
        case kind, waiting, due
        case dueCountedUpTo = "due_counted_up_to"
        case running
        case inBatches = "in_batches"
        case parked, done, failed, cancelled
        case oldestDueSeconds = "oldest_due_seconds"
        case paused, concurrency
        case perKey = "per_key"
        case bucket, breaker, daemons
    }

    package init(
        kind: String, waiting: Int, due: Int, dueCountedUpTo: Int, running: Int, inBatches: Int, parked: Int,
        done: Int, failed: Int, cancelled: Int, oldestDueSeconds: Double? = nil, paused: SchedulePause? = nil,
        concurrency: Int? = nil, perKey: Int? = nil, bucket: BucketAnswer? = nil, breaker: BreakerAnswer? = nil,
        daemons: Int
    ) {
        self.kind = kind
        self.waiting = waiting
        self.due = due
        self.dueCountedUpTo = dueCountedUpTo
        self.running = running
        self.inBatches = inBatches
        self.parked = parked
        self.done = done
        self.failed = failed
        self.cancelled = cancelled
        self.oldestDueSeconds = oldestDueSeconds
        self.paused = paused
        self.concurrency = concurrency
        self.perKey = perKey
        self.bucket = bucket
        self.breaker = breaker
        self.daemons = daemons
    }
}

/// Tokens that the whole fleet shares.
package struct BucketAnswer: Sendable, Hashable, Codable {
    package var name: String
    package var tokens: Int
    /// Tokens that are saved at most.
    package var capacity: Int
    /// From one token to the next.
    package var intervalSeconds: Double
    /// When there is a token again; null when there is one.
    @Nullable package var nextTokenAt: Instant?
    /// The other side asked for silence until then; null when it did not.
    @Nullable package var blockedUntil: Instant?

    private enum CodingKeys: String, CodingKey {
        case name, tokens, capacity
        case intervalSeconds = "interval_seconds"
        case nextTokenAt = "next_token_at"
        case blockedUntil = "blocked_until"
    }

    package init(
        name: String, tokens: Int, capacity: Int, intervalSeconds: Double, nextTokenAt: Instant? = nil,
        blockedUntil: Instant? = nil
    ) {
        self.name = name
        self.tokens = tokens
        self.capacity = capacity
        self.intervalSeconds = intervalSeconds
        self.nextTokenAt = nextTokenAt
        self.blockedUntil = blockedUntil
    }
}

/// What leaves another side alone while it fails.
package struct BreakerAnswer: Sendable, Hashable, Codable {
    package var name: String
    /// `closed`: all may start; `open`: none; `half_open`: one may try.
    package var state: String
    /// In a row.
    package var failures: Int
    /// Failures in a row that open it.
    package var threshold: Int
    @Nullable package var openUntil: Instant?
    @Nullable package var lastError: String?
    /// The job that tries while it is half open.
    @Nullable package var triedBy: IntegerText?

    private enum CodingKeys: String, CodingKey {
        case name, state, failures, threshold
        case openUntil = "open_until"
        case lastError = "last_error"
        case triedBy = "tried_by"
    }

    package init(
        name: String, state: String, failures: Int, threshold: Int, openUntil: Instant? = nil,
        lastError: String? = nil, triedBy: IntegerText? = nil
    ) {
        self.name = name
        self.state = state
        self.failures = failures
        self.threshold = threshold
        self.openUntil = openUntil
        self.lastError = lastError
        self.triedBy = triedBy
    }
}

/// What can be done to the queue of a kind.
package enum QueueAction: String, Sendable, Hashable, CaseIterable {
    case pause, resume
}

/// What became of a queue.
package struct QueueChanged: Sendable, Hashable, Codable {
    /// False when all was as wished already.
    package var changed: Bool
    package var queue: QueueAnswer

    private enum CodingKeys: String, CodingKey {
        case changed, queue
    }

    package init(changed: Bool, queue: QueueAnswer) {
        self.changed = changed
        self.queue = queue
    }
}
