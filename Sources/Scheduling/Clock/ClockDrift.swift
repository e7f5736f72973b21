import Primitives

/// Tells a wall clock that was set from one that runs: it must gain on the boot clock by no more than clocks do.
package struct ClockDrift: Sendable, Hashable {
    /// What a reading says of the clock.
    package enum Finding: Sendable, Hashable {
        case steady
        /// It shows this much more than can have gone by.
        case forward(Duration)
        /// It shows this much less; from now on that is right.
        case back(Duration)
    }

    /// How fast a clock may run ahead of the boot clock and still be no jump: twice what the kernel's slewing can do.
    private static let driftPerMillion: Int64 = 1_000

    /// Wall time less time since boot, in microseconds, as it was when it was right; nil before the first reading.
    private var base: Int64?
    private var lastBoot = Duration.zero

    package init() {}

    /// Judges a reading. A step forward is reported again with each reading until it is accepted or undone.
    ///
    /// An answer may have been under way for minutes: of the times at which it can have been given, the one counts that
    /// is least suspicious.
    package mutating func observe(_ reading: ClockReading, limit: Duration) -> Finding {
        let earliest = reading.wall.microseconds - reading.boot.lowerBound.wholeMicroseconds
        let latest = reading.wall.microseconds - reading.boot.upperBound.wholeMicroseconds
        guard let base else {
            accept(reading)
            return .steady
        }
        let gain = latest - base
        if gain > limit.wholeMicroseconds { return .forward(.microseconds(gain)) }
        let elapsed = max((reading.boot.upperBound - lastBoot).wholeMicroseconds, 0)
        lastBoot = max(lastBoot, reading.boot.upperBound)
        if earliest < base {
            self.base = earliest
            return .back(.microseconds(base - earliest))
        }
        if gain > 0 { self.base = base + min(gain, elapsed / 1_000_000 * Self.driftPerMillion + 1) }
        return .steady
    }

    /// Whatever this reading shows is right.
    package mutating func accept(_ reading: ClockReading) {
        base = reading.wall.microseconds - reading.boot.lowerBound.wholeMicroseconds
        lastBoot = reading.boot.upperBound
    }
}
