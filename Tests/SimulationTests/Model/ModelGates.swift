import Jobs
import Primitives

/// Tokens that the fleet shares.
struct ModelBucket: Hashable {
    let rule: TokenBucket
    /// When it will be full again; nil when it is.
    var fullAt: Instant?
    var blockedUntil: Instant?

    init(_ rule: TokenBucket) {
        self.rule = rule
    }

    func tokens(at now: Instant) -> Int {
        if let blockedUntil, blockedUntil > now { return 0 }
        guard let fullAt, fullAt > now else { return rule.capacity }
        let interval = rule.interval.wholeMicroseconds
        let missing = ((fullAt - now).wholeMicroseconds + interval - 1) / interval
        return max(0, rule.capacity - Int(missing))
    }

    mutating func take(_ count: Int, at now: Instant) {
        guard count > 0 else { return }
        fullAt = max(fullAt ?? now, now) + rule.interval * count
    }

    mutating func block(for pause: Duration, at now: Instant) {
        blockedUntil = max(blockedUntil ?? now, now + pause)
    }
}

/// What closes a kind while the other side fails.
struct ModelBreaker: Hashable {
    let rule: CircuitBreaker
    var failures = 0
    var openUntil: Instant?
    /// Who tries while it is half open.
    var probe: AttemptKey?

    init(_ rule: CircuitBreaker) {
        self.rule = rule
    }

    mutating func close() {
        failures = 0
        openUntil = nil
        probe = nil
    }

    mutating func strike(at now: Instant) {
        failures += 1
        probe = nil
        openUntil = failures >= rule.threshold ? now + rule.rest : nil
    }
}
