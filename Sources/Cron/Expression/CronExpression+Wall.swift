package import Primitives

// A fixed schedule's place among its ticks is a local time, not an instant: a new zone file may move the instants of
// ticks that are decided, or move ticks that are not behind those that are.

extension CronExpression {
    /// The first tick whose local time is later than `wall`: for fixed expressions, whose every local time is one tick.
    ///
    /// With `wall` as `zone.wallReached(by:)` gives it for an instant this is `nextTick(after:in:)` of that instant.
    /// Nil when there is none within the horizon.
    package func nextTick(afterWall wall: CivilDateTime, in zone: Zone) -> CronTick? {
        precondition(isFixed, "a wildcard's local times may happen twice")
        let earliest = wall.wallSeconds + 1
        guard let found = times.first(atOrAfter: earliest, notAfter: earliest + Int64(Self.horizonDays) * 86_400)
        else { return nil }
        let second = zone.table.firstSecond(showing: found)
        guard second <= Instant.lastSecond else { return nil }
        return CronTick(instant: Instant(seconds: second), nominal: CivilDateTime(wallSeconds: found))
    }
}

extension Zone {
    /// The latest local time that a wall there had shown or passed by an instant: while a shift back repeats an hour,
    /// the end of its first pass.
    package func wallReached(by instant: Instant) -> CivilDateTime {
        let folded = table.secondsFolded(at: instant.seconds)
        let seconds = instant.seconds - folded
        let index = table.index(at: seconds)
        let shown = seconds + Int64(table.segments[index].offset)
        // What was passed counts up to the second before.
        let reached = index == 0 ? shown : max(shown, table.wallPassed(before: index) - 1)
        return CivilDateTime(wallSeconds: reached + folded)
    }
}
