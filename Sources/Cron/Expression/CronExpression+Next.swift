package import Primitives

// The law. A zone cuts time into segments of one offset each; a shift forward leaves a gap of local times that no
// segment shows, a shift back an overlap that two segments show.
//
// Fixed:    each local time in the set gives one instant, the first at which the wall shows it or has passed it: the
//           first pass of an overlap, the end of a gap. Those that share one are one tick, named after the first.
// Wildcard: every instant whose local time is in the set: nothing in a gap, both passes of an overlap.

extension CronExpression {
    /// How far `next` looks: 50 years. The longest wait of any expression is 40 (`29 2 */7` over the year 2100).
    package static let horizonDays = 18_263

    /// The least member of the set strictly after an instant. Nil when none lies within the horizon.
    package func next(after instant: Instant, in zone: Zone) -> Instant? {
        nextSeconds(after: instant, in: zone).map { Instant(seconds: $0.instant) }
    }

    /// As `next`, with the local time the tick stands for.
    package func nextTick(after instant: Instant, in zone: Zone) -> CronTick? {
        nextSeconds(after: instant, in: zone).map {
            CronTick(instant: Instant(seconds: $0.instant), nominal: CivilDateTime(wallSeconds: $0.wall))
        }
    }

    private func nextSeconds(after instant: Instant, in zone: Zone) -> SecondsOfTick? {
        // Members are whole seconds, so the search begins at the first whole second after the instant.
        let table = zone.table
        let folded = table.secondsFolded(at: instant.seconds + 1)
        let earliest = instant.seconds + 1 - folded
        let latest = earliest + Int64(Self.horizonDays) * 86_400
        let found =
            isFixed
            ? fixedTick(from: earliest, until: latest, in: table)
            : wildcardTick(from: earliest, until: latest, in: table)
        guard let found, found.instant <= latest, found.instant + folded <= Instant.lastSecond else { return nil }
        return SecondsOfTick(instant: found.instant + folded, wall: found.wall + folded)
    }

    private func fixedTick(from earliest: Int64, until latest: Int64, in table: ZoneTable) -> SecondsOfTick? {
        var index = table.index(at: earliest)
        let segment = table.segments[index]
        let passed = table.wallPassed(before: index)
        // At a segment's first instant the whole gap before it is still to come; inside it only what the wall has not
        // shown yet, in this pass or an earlier one.
        let first = earliest == segment.start ? passed : max(passed, earliest + Int64(segment.offset))
        guard let wall = times.first(atOrAfter: first, notAfter: latest + ZoneTable.largestOffset) else { return nil }
        while index + 1 < table.segments.count, table.wallPassed(before: index + 1) <= wall { index += 1 }
        let landing = table.segments[index]
        return SecondsOfTick(instant: max(wall - Int64(landing.offset), landing.start), wall: wall)
    }

    private func wildcardTick(from earliest: Int64, until latest: Int64, in table: ZoneTable) -> SecondsOfTick? {
        let limit = latest + ZoneTable.largestOffset
        var index = table.index(at: earliest)
        var offset = Int64(table.segments[index].offset)
        guard var wall = times.first(atOrAfter: earliest + offset, notAfter: limit) else { return nil }
        // Ends: each round takes one segment, and the horizon holds a bounded number of them.
        while index + 1 < table.segments.count {
            let following = table.segments[index + 1]
            let end = following.start + offset
            if wall < end { break }
            index += 1
            offset = Int64(following.offset)
            let beginning = following.start + offset
            if beginning > wall {
                guard let later = times.first(atOrAfter: beginning, notAfter: limit) else { return nil }
                wall = later
            } else if beginning < end, let again = times.first(atOrAfter: beginning, notAfter: end - 1) {
                wall = again
            }
        }
        return SecondsOfTick(instant: wall - offset, wall: wall)
    }
}

/// A tick in seconds since 1970, of the world and of the wall.
private struct SecondsOfTick {
    let instant: Int64
    let wall: Int64
}

extension Instant {
    /// The last whole second that an instant can hold.
    static let lastSecond = Int64.max / 1_000_000
}
