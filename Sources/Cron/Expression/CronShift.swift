package import Primitives

/// What a shift of a zone's clock does to an expression: the local times it names inside the gap or the overlap.
package struct CronShift: Sendable, Hashable {
    /// What becomes of those local times. The law is in `CronExpression+Next.swift`.
    package enum Outcome: Sendable, Hashable {
        /// A gap, fixed times: one run, at the first instant after it.
        case runsOnceAfterGap
        /// A gap, a wildcard: nothing runs for them.
        case skipped
        /// An overlap, fixed times: each runs once, in the first pass.
        case runsInFirstPass
        /// An overlap, a wildcard: each runs in both passes.
        case runsInBothPasses
    }

    package let transition: ZoneTransition
    /// The first of the local times, and the last.
    package let first: CivilDateTime
    package let last: CivilDateTime
    /// How many there are.
    package let count: Int
    package let outcome: Outcome

    /// The same in a sentence, with instants in UTC.
    package var sentence: String {
        let times = count == 1 ? "\(first)" : "\(count) times from \(first) to \(last)"
        let shift = "\(transition.wallBefore) → \(transition.wallAfter), \(transition.instant)"
        let verb =
            switch outcome {
            case .runsOnceAfterGap: "\(count == 1 ? "runs" : "run") once, at \(transition.instant)"
            case .skipped: "\(count == 1 ? "does" : "do") not run"
            case .runsInFirstPass: "\(count == 1 ? "runs" : "run") in the first pass only"
            case .runsInBothPasses: "\(count == 1 ? "runs" : "run") in both passes"
            }
        return "clock goes \(transition.isGap ? "forward" : "back") (\(shift)): \(times) \(verb)"
    }
}

extension CronExpression {
    /// The next gap strictly after an instant that holds a local time of the expression, within the horizon of `next`.
    package func nextGap(after instant: Instant, in zone: Zone) -> CronShift? {
        nextShift(after: instant, in: zone) { $0.isGap }
    }

    /// The next overlap strictly after an instant that holds a local time of the expression, within the same horizon.
    package func nextOverlap(after instant: Instant, in zone: Zone) -> CronShift? {
        nextShift(after: instant, in: zone) { $0.isOverlap }
    }

    private func nextShift(
        after instant: Instant, in zone: Zone, where isWanted: (ZoneTransition) -> Bool
    ) -> CronShift? {
        let latest = instant.seconds + Int64(Self.horizonDays) * 86_400
        var cursor = instant
        while let transition = zone.nextTransition(after: cursor), transition.instant.seconds <= latest {
            if isWanted(transition), let shift = shift(at: transition) { return shift }
            cursor = transition.instant
        }
        return nil
    }

    /// The local times between the two readings of the wall; nil when the expression names none of them.
    func shift(at transition: ZoneTransition) -> CronShift? {
        let readings = [transition.wallBefore.wallSeconds, transition.wallAfter.wallSeconds].sorted()
        var cursor = readings[0]
        var walls: (first: Int64, last: Int64)?
        var count = 0
        // Ends: one round a minute at most, and no shift is longer than two days.
        while let wall = times.first(atOrAfter: cursor, notAfter: readings[1] - 1) {
            walls = (walls?.first ?? wall, wall)
            count += 1
            cursor = wall + 1
        }
        guard let walls else { return nil }
        let outcome: CronShift.Outcome =
            transition.isGap
            ? isFixed ? .runsOnceAfterGap : .skipped
            : isFixed ? .runsInFirstPass : .runsInBothPasses
        return CronShift(
            transition: transition, first: CivilDateTime(wallSeconds: walls.first),
            last: CivilDateTime(wallSeconds: walls.last), count: count, outcome: outcome)
    }
}
