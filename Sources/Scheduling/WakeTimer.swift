package import Primitives

/// Wakes a sleeper at a wall time.
package protocol WakeTimer: Sendable {
    /// Returns at `instant`, at once when it has passed, or when the task is cancelled.
    func sleep(until instant: Instant) async
}
