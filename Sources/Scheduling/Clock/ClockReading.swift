package import Primitives

/// What a wall clock showed, somewhere between two looks at the boot clock.
package struct ClockReading: Sendable, Hashable {
    package let wall: Instant
    /// The time since boot before the wall clock was asked, and after it had answered.
    package let boot: ClosedRange<Duration>

    package init(wall: Instant, boot: ClosedRange<Duration>) {
        self.wall = wall
        self.boot = boot
    }
}
