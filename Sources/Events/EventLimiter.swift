/// Keeps an outage from filling the log: of each event the first line goes out at once, then one every so often that
/// says how many were held back.
package struct EventLimiter: Sendable {
    private struct Line: Sendable {
        var saidAt: ContinuousClock.Instant
        var heldBack = 0
    }

    /// From one line of an event to its next.
    package static let pause = Duration.seconds(10)

    private var lines: [Event: Line] = [:]

    package init() {}

    /// Nil: hold this line back. Otherwise say it, and that so many were held back since the last.
    package mutating func admit(_ event: Event, at now: ContinuousClock.Instant) -> Int? {
        guard let last = lines[event], now - last.saidAt < Self.pause else {
            let heldBack = lines[event]?.heldBack ?? 0
            lines[event] = Line(saidAt: now)
            return heldBack
        }
        lines[event]?.heldBack += 1
        return nil
    }
}
