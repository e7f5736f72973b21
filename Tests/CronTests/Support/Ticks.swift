import Cron
import Primitives
import Testing

/// An instant out of its RFC 3339 text.
func instant(_ text: String) throws -> Instant {
    try #require(Instant(rfc3339: text), "\(text) is an instant")
}

/// The next `count` instants of an expression, as text.
func ticks(_ expression: String, in zone: Zone, after: String, count: Int) throws -> [String] {
    try ticks(try CronExpression(expression), in: zone, after: try instant(after), count: count).map(\.instant.rfc3339)
}

func ticks(_ expression: String, in zone: String, after: String, count: Int) throws -> [String] {
    try ticks(expression, in: try Zone(zone), after: after, count: count)
}

/// The next `count` ticks of an expression; fewer when the horizon ends them.
func ticks(_ expression: CronExpression, in zone: Zone, after: Instant, count: Int) throws -> [CronTick] {
    var found: [CronTick] = []
    var cursor = after
    while found.count < count, let tick = expression.nextTick(after: cursor, in: zone) {
        #expect(expression.next(after: cursor, in: zone) == tick.instant)
        // Right before it the answer is the same: at a shift the whole gap is still to come.
        let justBefore = Instant(microseconds: tick.instant.microseconds - 1)
        #expect(expression.nextTick(after: justBefore, in: zone) == tick)
        found.append(tick)
        cursor = tick.instant
    }
    return found
}
