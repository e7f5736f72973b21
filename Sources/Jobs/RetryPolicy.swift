/// How often and after which pauses a kind's failed attempts are tried again.
package struct RetryPolicy: Sendable, Hashable {
    /// Attempts in all, the first included.
    package var attempts: Int
    /// The pause after the first failure.
    package var base: Duration
    /// What each further pause is multiplied by.
    package var factor: Double
    /// The longest pause.
    package var cap: Duration
    /// The share of a pause, 0-1, that chance may add, so that jobs which failed together do not return together.
    package var jitter: Double

    package init(
        attempts: Int = 3, base: Duration = .seconds(1), factor: Double = 2, cap: Duration = .seconds(3_600),
        jitter: Double = 0.1
    ) {
        precondition(attempts > 0 && factor >= 1 && (0...1).contains(jitter), "a policy that could not be followed")
        self.attempts = attempts
        self.base = base
        self.factor = factor
        self.cap = cap
        self.jitter = jitter
    }

    /// What follows an attempt that ended in an error.
    ///
    /// - Parameters:
    ///   - failures: attempts that failed so far, this one included.
    ///   - chance: uniform in 0..<1.
    package func decision(after failure: FailureClass, failures: Int, money: Bool, chance: Double) -> RetryDecision {
        precondition(failures > 0, "an attempt failed, so there is at least one failure")
        switch failure {
        case .refused:
            return money ? .park : .fail
        case .unknown where money:
            return .park
        case .unknown, .retry, .outage:
            guard failures < attempts else { return money ? .park : .fail }
            return .again(after: pause(afterFailures: failures, chance: chance))
        }
    }

    /// How long an attempt that an outage of the store cut off waits before it goes on, at no cost; nil when there were
    /// so many executions beside the failed ones that the job may itself be what takes the store away.
    package func pause(afterOutageIn attempt: Int, failures: Int) -> Duration? {
        let free = attempt - failures
        guard free <= Liveness.interruptionsMax else { return nil }
        let longest = max(min(cap, Self.longestPauseAfterOutage), base)
        return min(pause(afterFailures: max(free, 1), chance: 0), longest)
    }

    private static let longestPauseAfterOutage = Duration.seconds(60)

    /// `base × factor^(failures − 1)`, cut to the cap, plus its jitter.
    package func pause(afterFailures failures: Int, chance: Double) -> Duration {
        var pause = min(base, cap)
        for _ in 1..<max(failures, 1) where pause < cap {
            pause = min(pause * factor, cap)
        }
        return pause + pause * (jitter * chance)
    }
}

/// What follows an attempt that ended in an error.
package enum RetryDecision: Sendable, Hashable {
    case again(after: Duration)
    /// A person must look: money is behind it.
    case park
    case fail
}
