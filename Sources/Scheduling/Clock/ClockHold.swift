package import Primitives

/// A row that holds the schedules of money, because the clock that decides had jumped.
package struct ClockHold: Sendable, Hashable {
    package let id: Int64
    /// By the clock that had jumped.
    package let beganAt: Instant
    /// What it showed beyond the time that had gone by.
    package let jump: Duration
    package let isOpen: Bool

    package init(id: Int64, beganAt: Instant, jump: Duration, isOpen: Bool) {
        self.id = id
        self.beganAt = beganAt
        self.jump = jump
        self.isOpen = isOpen
    }
}
