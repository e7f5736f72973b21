import Postgres
package import Primitives

/// What gates the jobs of a kind now: the row of the kind, its bucket and its breaker.
package struct KindGates: Sendable, Hashable {
    /// Operators hold it: it starts nothing anywhere.
    package let pause: ScheduleView.Pause?
    /// Its jobs are taken by the batch, and pass no other gate.
    package let isIdempotent: Bool
    /// At once in the whole fleet.
    package let concurrency: Int?
    /// At once of one limit key.
    package let perKey: Int?
    package let bucket: BucketView?
    package let breaker: BreakerView?
}

/// Tokens that the whole fleet shares, as they are now.
package struct BucketView: Sendable, Hashable {
    package let name: String
    package let capacity: Int
    package let interval: Duration
    package let tokens: Int
    /// When there is a token again, as far as its own rate goes; nil when there is one.
    package let nextToken: Instant?
    /// The other side asked for silence until then; nil when that is over.
    package let blockedUntil: Instant?
}

/// A breaker as it stands now.
package struct BreakerView: Sendable, Hashable {
    /// What it lets through: all, nothing, or one to try.
    package enum State: String, Sendable, Hashable {
        case closed, open
        case halfOpen = "half_open"
    }

    package let name: String
    package let state: State
    /// In a row.
    package let failures: Int
    package let threshold: Int
    package let rest: Duration
    package let openUntil: Instant?
    package let lastError: String?
    /// The job whose attempt tries while it is half open.
    package let probe: Int64?
}

extension KindGates {
    /// What `init(from:)` reads, in order, from `tables`.
    static let columns = """
        k.paused_at, k.paused_by, k.paused_reason, coalesce(k.idempotent, false), k.concurrency, k.per_key,
        t.name, t.capacity, t.interval_us, t.tokens, t.next_token, t.blocked_until,
        q.name, q.state, q.failures, q.threshold, q.rest_us, q.open_until, q.last_error, q.probe
        """

    /// Joins to a relation `n (name)` of kinds. Expects `clock`.
    static let tables = """
        left join bursar.kind k on k.name = n.name
        left join lateral (
            select b.name, b.capacity, b.interval_us, \(Bucket.tokens) as tokens,
                   case when isfinite(b.full_at)
                             and b.full_at > clock.now + (b.capacity - 1) * b.interval_us * interval '1 microsecond'
                        then b.full_at - (b.capacity - 1) * b.interval_us * interval '1 microsecond' end as next_token,
                   case when b.blocked_until > clock.now then b.blocked_until end as blocked_until
            from bursar.bucket b where b.name = k.bucket) t on true
        left join lateral (
            select b.name, b.failures, b.threshold, b.rest_us, b.open_until, b.last_error,
                   case when b.open_until is null then 'closed' when b.open_until > clock.now then 'open'
                        else 'half_open' end as state,
                   (select p.id from bursar.job p
                    where p.id = b.probe_job and p.lease = b.probe_lease and p.state = 'running') as probe
            from bursar.breaker b where b.name = k.breaker) q on true
        """

    init(from row: inout Row) throws(PostgresError) {
        pause = try ScheduleView.pause(from: &row)
        isIdempotent = try row.next()
        concurrency = try row.next(Int32?.self).map { Int($0) }
        perKey = try row.next(Int32?.self).map { Int($0) }
        bucket = try BucketView.read(from: &row)
        breaker = try BreakerView.read(from: &row)
    }
}

extension BucketView {
    fileprivate static func read(from row: inout Row) throws(PostgresError) -> BucketView? {
        let name = try row.next(String?.self)
        let capacity = try row.next(Int32?.self)
        let interval = try row.next(Int64?.self)
        let tokens = try row.next(Int64?.self)
        let nextToken = try row.next(Instant?.self)
        let blockedUntil = try row.next(Instant?.self)
        guard let name, let capacity, let interval, let tokens else { return nil }
        return BucketView(
            name: name, capacity: Int(capacity), interval: .microseconds(interval), tokens: Int(tokens),
            nextToken: nextToken, blockedUntil: blockedUntil)
    }
}

extension BreakerView {
    fileprivate static func read(from row: inout Row) throws(PostgresError) -> BreakerView? {
        let name = try row.next(String?.self)
        let state = try row.next(String?.self).flatMap(State.init(rawValue:))
        let failures = try row.next(Int32?.self)
        let threshold = try row.next(Int32?.self)
        let rest = try row.next(Int64?.self)
        let openUntil = try row.next(Instant?.self)
        let lastError = try row.next(String?.self)
        let probe = try row.next(Int64?.self)
        guard let name, let state, let failures, let threshold, let rest else { return nil }
        return BreakerView(
            name: name, state: state, failures: Int(failures), threshold: Int(threshold), rest: .microseconds(rest),
            openUntil: openUntil, lastError: lastError, probe: probe)
    }
}
