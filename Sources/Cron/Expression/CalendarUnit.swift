package import Primitives

/// A span of the calendar that has a name of its own.
package enum CalendarUnit: String, Sendable, Hashable, CaseIterable {
    case minute, hour, day, week, month, year

    /// The name of the span that a local time lies in, such as `2026-10` or `2026-W42`; no two units share a name.
    package func name(of local: CivilDateTime) -> String {
        switch self {
        case .minute: String(local.description.dropLast(3))
        case .hour: String(local.description.dropLast(6))
        case .day: local.date.description
        case .week: Self.weekName(of: local.date)
        case .month: String(local.date.description.dropLast(3))
        case .year: String(local.date.description.dropLast(6))
        }
    }

    /// Weeks begin on Monday, and belong to the year that has their Thursday (ISO 8601).
    private static func weekName(of date: CivilDate) -> String {
        let daysSinceMonday = (date.dayOfWeek + 6) % 7
        let thursday = CivilDate(daysSinceEpoch: date.daysSinceEpoch - daysSinceMonday + 3)
        let year = CalendarUnit.year.name(of: CivilDateTime(date: thursday, secondOfDay: 0))
        let newYear = CivilDate(year: thursday.year, month: 1, day: 1)?.daysSinceEpoch ?? thursday.daysSinceEpoch
        let week = (thursday.daysSinceEpoch - newYear) / 7 + 1
        return "\(year)-W\(week < 10 ? "0" : "")\(week)"
    }
}
