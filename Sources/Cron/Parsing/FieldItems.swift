/// What one field names.
struct FieldItems {
    /// Bit n: number n. Sunday is 0 alone.
    var mask: UInt64 = 0
    /// The text begins with `*`, whatever follows.
    var beginsWithStar = false
    /// Days of the month: `15W`, `L`, `LW`.
    var nearestTo: UInt32 = 0
    var takesLastDay = false
    var takesLastWorkday = false
    /// Days of the week: `5L`, `5#3`.
    var lastWeekdays: UInt8 = 0
    var nthWeekdays: UInt64 = 0
}

extension DaySet {
    init(_ dates: FieldItems, _ weekdays: FieldItems) {
        self.init(
            dates: UInt32(dates.mask), nearestTo: dates.nearestTo, takesLastDay: dates.takesLastDay,
            takesLastWorkday: dates.takesLastWorkday, datesBeginWithStar: dates.beginsWithStar,
            weekdays: UInt8(weekdays.mask), lastWeekdays: weekdays.lastWeekdays, nthWeekdays: weekdays.nthWeekdays,
            weekdaysBeginWithStar: weekdays.beginsWithStar)
    }
}
