package import Primitives

/// Every tick of a span of days, and what the shifts of the clock in it do to the expression.
package struct CronPreview: Sendable, Hashable {
    package let ticks: [CronTick]
    package let shifts: [ShiftedDay]
    /// There are more ticks than were wanted: the last days are missing.
    package let isCut: Bool

    /// The days from `from` through `through` on the wall of the zone.
    ///
    /// - Parameter limit: of ticks.
    package init(_ expression: CronExpression, from: CivilDate, through: CivilDate, in zone: Zone, limit: Int) {
        let begin = zone.startOfDay(from)
        let end = zone.startOfDay(CivilDate(daysSinceEpoch: through.daysSinceEpoch + 1))
        var ticks: [CronTick] = []
        var isCut = false
        var cursor = Instant(microseconds: begin.microseconds - 1)
        while let tick = expression.nextTick(after: cursor, in: zone), tick.instant < end {
            guard ticks.count < limit else {
                isCut = true
                break
            }
            ticks.append(tick)
            cursor = tick.instant
        }
        self.ticks = ticks
        self.isCut = isCut
        shifts = expression.shiftedDays(from: from, through: through, in: zone)
    }
}

/// A day on which the clock of a zone is shifted, and what that does to an expression.
package struct ShiftedDay: Sendable, Hashable {
    /// The day of the first local time that is missing, or comes twice.
    package let date: CivilDate
    package let transition: ZoneTransition
    /// Nil when the expression names none of the local times in question.
    package let shift: CronShift?
    /// Ticks of that day.
    package let ticks: Int
    /// The expression names the first local time after the gap too: one run stands for that as well.
    package let sharesGapEnd: Bool

    /// What happens that day, in a sentence.
    package var sentence: String {
        let wall = "\(transition.wallBefore.timeText) → \(transition.wallAfter.timeText)"
        let clock = "the clock goes \(transition.isGap ? "forward" : "back") (\(wall))"
        guard let shift else { return "\(clock): no tick falls into the \(transition.isGap ? "gap" : "overlap")" }
        let times = shift.count == 1 ? shift.first.timeText : "\(shift.count) times from \(shift.first.timeText)"
        let does = shift.count == 1 ? "does" : "do"
        let end = transition.wallAfter.timeText
        switch shift.outcome {
        case .runsOnceAfterGap where shift.count == 1 && !sharesGapEnd:
            return "\(clock): \(times) does not exist and is moved to the gap's end, \(end)"
        case .runsOnceAfterGap:
            let shared = sharesGapEnd ? ", the tick of \(end) included" : ""
            return "\(clock): \(times) \(does) not exist and collapse into one run at the gap's end, \(end)\(shared)"
        case .skipped where ticks == 0:
            return "\(clock): \(times) \(does) not exist, so there is nothing that day"
        case .skipped:
            return "\(clock): \(times) \(does) not exist and \(does) not run"
        case .runsInFirstPass:
            return "\(clock): \(times) \(shift.count == 1 ? "comes" : "come") twice and run in the first pass only"
        case .runsInBothPasses:
            return "\(clock): \(times) \(shift.count == 1 ? "comes" : "come") twice and run in both passes"
        }
    }
}

extension CronExpression {
    /// The days of a span on which the clock is shifted, in their order.
    package func shiftedDays(from: CivilDate, through: CivilDate, in zone: Zone) -> [ShiftedDay] {
        // A shift of a whole day begins the day before.
        var cursor = Instant(microseconds: zone.startOfDay(from).microseconds - 1)
        let end = zone.startOfDay(CivilDate(daysSinceEpoch: through.daysSinceEpoch + 1))
        var days: [ShiftedDay] = []
        while let transition = zone.nextTransition(after: cursor), transition.instant <= end {
            cursor = transition.instant
            guard transition.isGap || transition.isOverlap else { continue }
            let date = (transition.isGap ? transition.wallBefore : transition.wallAfter).date
            guard date >= from, date <= through else { continue }
            days.append(
                ShiftedDay(
                    date: date, transition: transition, shift: shift(at: transition), ticks: count(on: date, in: zone),
                    sharesGapEnd: transition.isGap && names(transition.wallAfter)))
        }
        return days
    }

    private func names(_ wall: CivilDateTime) -> Bool {
        times.first(atOrAfter: wall.wallSeconds, notAfter: wall.wallSeconds) != nil
    }

    private func count(on date: CivilDate, in zone: Zone) -> Int {
        let end = zone.startOfDay(CivilDate(daysSinceEpoch: date.daysSinceEpoch + 1))
        var cursor = Instant(microseconds: zone.startOfDay(date).microseconds - 1)
        var count = 0
        // Ends: a tick a minute at most.
        while let tick = next(after: cursor, in: zone), tick < end {
            count += 1
            cursor = tick
        }
        return count
    }
}

extension CronTick {
    /// The longest that a clock was ever set back, with room to spare.
    private static let longestShift = Duration.seconds(2 * 86_400)

    /// What a shift of the clock does to this tick; nil on all other days.
    package func note(in zone: Zone) -> String? {
        let wall = zone.civil(at: instant)
        if wall != nominal { return "\(nominal) does not exist that day: runs at \(wall)" }
        var cursor = instant - Self.longestShift
        while let transition = zone.nextTransition(after: cursor), transition.instant <= instant + Self.longestShift {
            cursor = transition.instant
            guard transition.isOverlap else { continue }
            let size = Duration.seconds(transition.offsetBefore - transition.offsetAfter)
            if instant >= transition.instant, instant < transition.instant + size {
                return "the clock was set back: this local time comes for the second time"
            }
            if instant < transition.instant, instant >= transition.instant - size {
                return "the clock will be set back: this local time comes twice"
            }
        }
        return nil
    }
}

extension CivilDateTime {
    /// `HH:MM`, with seconds where there are any.
    fileprivate var timeText: String { String(description.dropFirst(11).prefix(second == 0 ? 5 : 8)) }
}
