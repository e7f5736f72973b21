/// What may keep a due job of a kind from starting, beside its own line.
package struct JobGates: Sendable, Hashable {
    /// Attempts at once in the whole fleet.
    package var concurrency: Int?
    /// Attempts at once of one `limit_key`.
    package var perKey: Int?
    /// Each attempt takes a token.
    package var bucket: TokenBucket?
    /// Closed to attempts while the other side fails.
    package var breaker: CircuitBreaker?

    /// Whether time opens one of them: nobody tells then.
    package var opensByItself: Bool { bucket != nil || breaker != nil }

    /// Nothing but its own line.
    package static let open = JobGates()

    package init(
        concurrency: Int? = nil, perKey: Int? = nil, bucket: TokenBucket? = nil, breaker: CircuitBreaker? = nil
    ) {
        precondition(
            concurrency ?? 1 > 0 && perKey ?? 1 > 0, "a kind of which none may run is paused, not limited to 0")
        self.concurrency = concurrency
        self.perKey = perKey
        self.bucket = bucket
        self.breaker = breaker
    }
}

/// Tokens that the whole fleet shares: one more each `interval`, up to `capacity` saved.
package struct TokenBucket: Sendable, Hashable {
    package let name: String
    package let capacity: Int
    package let interval: Duration

    package init(_ name: String, capacity: Int, interval: Duration) {
        precondition(capacity > 0 && interval > .zero, "a bucket that never has a token")
        self.name = name
        self.capacity = capacity
        self.interval = interval
    }
}

/// Opens after `threshold` failures in a row, rests, then lets one attempt try for all.
package struct CircuitBreaker: Sendable, Hashable {
    package let name: String
    package let threshold: Int
    package let rest: Duration

    package init(_ name: String, threshold: Int = 5, rest: Duration = .seconds(60)) {
        precondition(threshold > 0 && rest > .zero, "a breaker that is always open, or never")
        self.name = name
        self.threshold = threshold
        self.rest = rest
    }
}

/// The other side asked to be left alone for a while (429, Retry-After): costs no attempt, and holds the bucket for
/// the whole fleet.
package struct Throttled: ClassifiedFailure, Hashable, CustomStringConvertible {
    package let bucket: String
    package let retryAfter: Duration

    package init(bucket: String, retryAfter: Duration) {
        self.bucket = bucket
        self.retryAfter = retryAfter
    }

    package var failureClass: FailureClass { .retry }

    package var description: String { "\(bucket) asked to be left alone for \(retryAfter)" }
}
