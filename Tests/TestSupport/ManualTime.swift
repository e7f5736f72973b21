package import Primitives
import Synchronization

/// A wall clock that stands still until a test moves it.
package final class ManualTime: TimeSource {
    private let instant: Mutex<Instant>

    package init(_ now: Instant) {
        instant = Mutex(now)
    }

    package func now() -> Instant {
        instant.withLock { $0 }
    }

    /// Moves it on, or back when `duration` is negative.
    package func advance(by duration: Duration) {
        instant.withLock { $0 = $0 + duration }
    }

    /// Steps it, as an operator steps a machine's clock.
    package func set(to now: Instant) {
        instant.withLock { $0 = now }
    }
}
