/// The days that the two day fields of an expression name, as bits; the days of one month come out as one mask.
struct DaySet: Sendable, Hashable {
    /// Bit d: day d of the month, 1-31.
    var dates: UInt32
    /// Bit d: the weekday nearest to day d (`15W`).
    var nearestTo: UInt32
    /// `L` among the dates.
    var takesLastDay: Bool
    /// `LW` among the dates.
    var takesLastWorkday: Bool
    /// The field begins with `*`.
    var datesBeginWithStar: Bool

    /// Bit w: weekday w, 0 is Sunday, 0-6.
    var weekdays: UInt8
    /// Bit w: the last weekday w of the month (`5L`).
    var lastWeekdays: UInt8
    /// Bit 7(n-1)+w: the n-th weekday w of the month (`5#3`).
    var nthWeekdays: UInt64
    /// The field begins with `*`.
    var weekdaysBeginWithStar: Bool

    /// Whether a day needs both fields (one begins with `*`) or either is enough: the rule of Vixie's cron.
    var needsBoth: Bool { datesBeginWithStar || weekdaysBeginWithStar }

    /// The days of a month that are in the set; bit d is day d.
    func days(of month: CalendarMonth) -> UInt32 {
        days(monthLength: month.length, firstWeekday: month.firstWeekday)
    }

    /// The days in the set of any month with that length that begins on that weekday.
    func days(monthLength: Int, firstWeekday: Int) -> UInt32 {
        let all: UInt32 = ((1 << UInt32(monthLength)) - 1) << 1
        let byDate = dates(monthLength, firstWeekday)
        let byWeekday = weekdays(monthLength, firstWeekday)
        return all & (needsBoth ? byDate & byWeekday : byDate | byWeekday)
    }

    /// Whether the dates alone, of whatever weekday, name a day of a month with that length.
    func hasDate(inMonthOf length: Int) -> Bool {
        dates(length, 0) & ((1 << UInt32(length)) - 1) << 1 != 0
    }

    /// The months that can have that many days; bit m is month m.
    static func months(withLength length: Int) -> UInt16 {
        switch length {
        case 31: 1 << 1 | 1 << 3 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 10 | 1 << 12
        case 30: 1 << 4 | 1 << 6 | 1 << 9 | 1 << 11
        case 28, 29: 1 << 2
        default: 0
        }
    }

    private func dates(_ length: Int, _ firstWeekday: Int) -> UInt32 {
        var days = dates
        if takesLastDay { days |= 1 << UInt32(length) }
        if takesLastWorkday { days |= 1 << UInt32(Self.workday(nearestTo: length, length, firstWeekday)) }
        var anchors = nearestTo
        while anchors != 0 {
            let anchor = anchors.trailingZeroBitCount
            anchors &= anchors - 1
            if anchor <= length { days |= 1 << UInt32(Self.workday(nearestTo: anchor, length, firstWeekday)) }
        }
        return days
    }

    private func weekdays(_ length: Int, _ firstWeekday: Int) -> UInt32 {
        var days = Self.spread(weekdays, firstWeekday)
        if lastWeekdays != 0 {
            days |= Self.spread(lastWeekdays, firstWeekday) & (0x7F << UInt32(length - 6))
        }
        var rest = nthWeekdays
        var firstDayOfWeek: UInt32 = 1
        while rest != 0 {
            let week = UInt32(rest & 0x7F)
            let turned = (week >> UInt32(firstWeekday) | week << UInt32(7 - firstWeekday)) & 0x7F
            days |= turned << firstDayOfWeek
            rest >>= 7
            firstDayOfWeek += 7
        }
        return days
    }

    /// Repeats a mask of weekdays over a month that begins on `firstWeekday`.
    private static func spread(_ weekdays: UInt8, _ firstWeekday: Int) -> UInt32 {
        let sixWeeks = UInt64(weekdays) &* 0x8_1020_4081
        return UInt32(truncatingIfNeeded: (sixWeeks >> UInt64(firstWeekday)) << 1)
    }

    /// The day from Monday to Friday that is nearest to `day`, without leaving the month.
    private static func workday(nearestTo day: Int, _ length: Int, _ firstWeekday: Int) -> Int {
        switch (firstWeekday + day - 1) % 7 {
        case 6: day > 1 ? day - 1 : day + 2
        case 0: day < length ? day + 1 : day - 2
        default: day
        }
    }
}
