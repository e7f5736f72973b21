import Cron
package import Primitives

/// A shift of a zone's clock over local times that an expression names, and what the schedule does then.
package struct ClockShift: Sendable, Hashable, Encodable {
    package let instant: Instant
    /// What the wall showed until then, and shows from then on: `2027-03-28T02:00:00`.
    package let from: String
    package let to: String
    /// Runs that the shift is about: those in place of skipped times, or those in both passes of repeated ones.
    package let runs: Int
    package let sentence: String

    /// A day each way in minutes: no shift is longer, no expression has more runs.
    private static let runsMax = 2_880

    /// Nil when the expression names none of the local times that are skipped or repeated.
    init?(_ transition: ZoneTransition, touching schedule: ScheduleDefinition) {
        let before = transition.wallBefore
        let after = transition.wallAfter
        let first = min(before, after)
        let last = max(before, after)
        guard Self.names(schedule.cron, from: first, to: last) else { return nil }
        instant = transition.instant
        from = before.description
        to = after.description
        let change = "on \(before.date) the clock goes from \(before.clockText) to \(after.clockText)"
        if transition.isGap {
            let tick = schedule.cron.nextTick(after: Instant(seconds: instant.seconds - 1), in: schedule.zone)
            runs = tick.map { $0.instant == transition.instant && $0.nominal < after } == true ? 1 : 0
            sentence = change + (runs == 1 ? ": the skipped time runs at once, one time" : ": no run for the skipped times")
        } else {
            let width = last.wallSeconds - first.wallSeconds
            let span = Instant(seconds: instant.seconds - width)..<Instant(seconds: instant.seconds + width)
            let found = Self.runs(of: schedule, in: span)
            runs = found.count
            let isTwice = found.contains { $0 >= transition.instant }
            sentence = change + (isTwice
                ? ": the repeated times run in both passes, \(found.count) runs in all"
                : ": the repeated times run in the first pass alone")
        }
    }

    /// Whether the expression names a local time in a span: asked on a clock that is never shifted.
    private static func names(_ cron: CronExpression, from first: CivilDateTime, to last: CivilDateTime) -> Bool {
        guard let found = cron.next(after: Instant(seconds: first.wallSeconds - 1), in: .utc) else { return false }
        return found < Instant(seconds: last.wallSeconds)
    }

    private static func runs(of schedule: ScheduleDefinition, in span: Range<Instant>) -> [Instant] {
        var runs: [Instant] = []
        var position = Instant(seconds: span.lowerBound.seconds - 1)
        while runs.count < runsMax, let next = schedule.cron.next(after: position, in: schedule.zone),
            next < span.upperBound
        {
            runs.append(next)
            position = next
        }
        return runs
    }
}

extension CivilDateTime {
    /// `HH:MM`.
    fileprivate var clockText: String { String(description.dropFirst(11).prefix(5)) }
}
