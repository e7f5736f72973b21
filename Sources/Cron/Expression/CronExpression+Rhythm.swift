import Primitives

extension CronExpression {
    /// The longest unit of the calendar that never holds two of the expression's local times: a month for
    /// `0 2 1 * *`, a day for `0 2 * * 1-5`, a minute for `0,30 2 * * *`.
    package var unit: CalendarUnit {
        guard times.minutes.nonzeroBitCount == 1 else { return .minute }
        guard times.hours.nonzeroBitCount == 1 else { return .hour }
        if times.days.isOncePerMonth { return times.months.nonzeroBitCount == 1 ? .year : .month }
        return times.days.isOncePerWeek ? .week : .day
    }

    /// The least time between two of the expression's local times that follow each other, on a wall that knows no
    /// shifts. Nil when there are no two within a generation.
    package var shortestInterval: Duration? {
        let minutes = times.minutesOfDay
        let within = zip(minutes, minutes.dropFirst()).map { $1 - $0 }.min()
        let between = times.leastDaysBetween.map { $0 * 1_440 - (minutes[minutes.count - 1] - minutes[0]) }
        return [within, between].compactMap(\.self).min().map { .seconds($0 * 60) }
    }
}

extension LocalTimeSet {
    /// The calendar's weekdays and leap days repeat after 28 years, until a century passes one over.
    private static let generation = 2_000...2_029

    /// Every minute of a day that is in the set, ascending.
    var minutesOfDay: [Int] {
        let listed = (0..<60).filter { minutes & (1 << UInt64($0)) != 0 }
        return (0..<24).filter { hours & (1 << UInt32($0)) != 0 }.flatMap { hour in listed.map { hour * 60 + $0 } }
    }

    /// The fewest days from one day in the set to the next.
    var leastDaysBetween: Int? {
        var least: Int?
        var previous: Int?
        for year in Self.generation {
            for month in 1...12 where months & (1 << UInt16(month)) != 0 {
                guard let first = CivilDate(year: year, month: month, day: 1)?.daysSinceEpoch else { continue }
                var days = days.days(of: CalendarMonth(containing: first))
                while days != 0 {
                    let day = first + days.trailingZeroBitCount - 1
                    if let previous { least = min(least ?? Int.max, day - previous) }
                    previous = day
                    days &= days - 1
                }
            }
        }
        return least
    }
}

extension DaySet {
    /// Whether no month, of whatever length and beginning on whatever weekday, has two of these days.
    var isOncePerMonth: Bool {
        (28...31).allSatisfy { length in
            (0..<7).allSatisfy { days(monthLength: length, firstWeekday: $0).nonzeroBitCount <= 1 }
        }
    }

    /// Whether no week has two of these days: one weekday, which each day must be.
    var isOncePerWeek: Bool {
        needsBoth && weekdays.nonzeroBitCount == 1 && lastWeekdays == 0 && nthWeekdays == 0
    }
}
