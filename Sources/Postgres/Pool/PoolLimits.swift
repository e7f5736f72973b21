/// How large a pool grows, and how long it waits for what.
package struct PoolLimits: Sendable, Hashable {
    /// Connections at most.
    package var size: Int
    /// Tasks that may wait for a connection; one more is refused.
    package var waiters: Int
    /// How long a task waits for a connection.
    package var leaseTimeout: Duration
    /// A connection that nobody used for this long is asked whether it still works.
    package var idleCheckInterval: Duration
    /// A connection that nobody used for this long is closed, down to one.
    package var idleLifetime: Duration
    /// Between attempts to connect after failures: doubled from the first to the last, with jitter.
    package var connectBackoff: Backoff

    package init(
        size: Int, waiters: Int = 1_000, leaseTimeout: Duration = .seconds(10),
        idleCheckInterval: Duration = .seconds(30),
        idleLifetime: Duration = .seconds(600),
        connectBackoff: Backoff = Backoff(first: .milliseconds(100), longest: .seconds(1))
    ) {
        precondition(size > 0, "a pool has room for a connection")
        self.size = size
        self.waiters = waiters
        self.leaseTimeout = leaseTimeout
        self.idleCheckInterval = idleCheckInterval
        self.idleLifetime = idleLifetime
        self.connectBackoff = connectBackoff
    }

    /// A connection idle for longer is looked at before it is lent: a server that went away has closed its socket.
    static let trustedIdleTime: Duration = .seconds(1)
}

/// Waiting times that double, with full jitter so that those who failed together do not come back together.
package struct Backoff: Sendable, Hashable {
    package let first: Duration
    package let longest: Duration

    package init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// After the `failures`-th failure in a row, `jitter` being from 0 to 1.
    package func delay(failures: Int, jitter: Double) -> Duration {
        let doublings = min(max(failures - 1, 0), 30)
        return min(longest, first * (1 << doublings)) * (0.5 + 0.5 * min(max(jitter, 0), 1))
    }
}
