import Primitives

/// A month of a year, placed among the days since 1970, so that stepping through months needs no calendar.
struct CalendarMonth {
    let year: Int
    /// 1-12.
    let month: Int
    /// Its first day in days since 1970-01-01.
    let firstDay: Int

    init(containing day: Int) {
        let date = CivilDate(daysSinceEpoch: day)
        self.init(year: date.year, month: date.month, firstDay: day - date.day + 1)
    }

    private init(year: Int, month: Int, firstDay: Int) {
        self.year = year
        self.month = month
        self.firstDay = firstDay
    }

    var length: Int { CivilDate.daysInMonth(month, of: year) }

    /// The weekday of its first day; 0 is Sunday.
    var firstWeekday: Int {
        let remainder = (firstDay + 4) % 7
        return remainder < 0 ? remainder + 7 : remainder
    }

    /// The first month after this one whose bit (1-12) is in `months`, which holds at least one.
    func following(in months: UInt16) -> CalendarMonth {
        let newYear = firstDay - Self.days(before: month, of: year)
        let later = months & (~0 << UInt16(month + 1))
        if later != 0 {
            let next = later.trailingZeroBitCount
            return CalendarMonth(year: year, month: next, firstDay: newYear + Self.days(before: next, of: year))
        }
        let next = months.trailingZeroBitCount
        let nextNewYear = newYear + (CivilDate.isLeap(year) ? 366 : 365)
        return CalendarMonth(
            year: year + 1, month: next, firstDay: nextNewYear + Self.days(before: next, of: year + 1))
    }

    /// Days of the year that lie before the month: 0, 31, 59 or 60, …
    private static func days(before month: Int, of year: Int) -> Int {
        let asIfFebruaryHad30 = (367 * month - 362) / 12
        return month <= 2 ? asIfFebruaryHad30 : asIfFebruaryHad30 - (CivilDate.isLeap(year) ? 1 : 2)
    }
}
