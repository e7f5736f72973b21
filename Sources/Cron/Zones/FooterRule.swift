import Primitives

/// The rule in a zone file's footer, a POSIX TZ string: it holds after the last shift of the table, for ever.
struct FooterRule: Sendable, Hashable {
    /// A day of any year, as POSIX writes it.
    enum YearDay: Sendable, Hashable {
        /// `Jn`, 1-365: 29 February is never counted, so 60 is always 1 March.
        case julian(Int)
        /// `n`, 0-365: 29 February is counted.
        case zeroBased(Int)
        /// `Mm.w.d`: the w-th weekday d of month m; w = 5 is the last.
        case weekday(month: Int, week: Int, day: Int)
    }

    /// The moment of a year when a clock is shifted: a day, and seconds from its midnight by the clock in force, which
    /// may be negative or lie days later.
    struct Moment: Sendable, Hashable {
        let day: YearDay
        let seconds: Int
    }

    /// The other offset, and when it begins and ends. It may be west of the standard one, as in Dublin.
    struct Daylight: Sendable, Hashable {
        let offset: Int
        let begins: Moment
        let ends: Moment
    }

    /// Seconds east of Greenwich.
    let standardOffset: Int
    let daylight: Daylight?

    /// The shifts of those years in order of time. Where two share a second, the last one holds: a daylight time that
    /// ends as the next year's begins never ends.
    func shifts(in years: ClosedRange<Int>) -> [ZoneShift] {
        guard let daylight else { return [] }
        var shifts: [ZoneShift] = []
        shifts.reserveCapacity(2 * years.count)
        for year in years {
            let begins = Self.second(of: daylight.begins, in: year) - Int64(standardOffset)
            let ends = Self.second(of: daylight.ends, in: year) - Int64(daylight.offset)
            shifts.append(ZoneShift(start: begins, offset: daylight.offset))
            shifts.append(ZoneShift(start: ends, offset: standardOffset))
        }
        let order = shifts.indices.sorted { (shifts[$0].start, $0) < (shifts[$1].start, $1) }
        return order.map { shifts[$0] }
    }

    /// Days from 1970 to 1 January.
    static func newYear(of year: Int) -> Int {
        let before = year - 1
        let leapDays =
            Int64(before).flooredDivision(by: 4) - Int64(before).flooredDivision(by: 100)
            + Int64(before).flooredDivision(by: 400)
        return before * 365 + Int(leapDays) - 719_162
    }

    /// Wall seconds of a moment in a year.
    private static func second(of moment: Moment, in year: Int) -> Int64 {
        let newYear = newYear(of: year)
        let day =
            switch moment.day {
            case .julian(let number): newYear + number - 1 + (CivilDate.isLeap(year) && number >= 60 ? 1 : 0)
            case .zeroBased(let number): newYear + number
            case .weekday(let month, let week, let day): weekday(day, week: week, of: month, newYear, year)
            }
        return Int64(day) * 86_400 + Int64(moment.seconds)
    }

    private static func weekday(_ weekday: Int, week: Int, of month: Int, _ newYear: Int, _ year: Int) -> Int {
        var first = newYear
        for earlier in 1..<month { first += CivilDate.daysInMonth(earlier, of: year) }
        let firstWeekday = ((first + 4) % 7 + 7) % 7
        let day = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
        let length = CivilDate.daysInMonth(month, of: year)
        return first + (day < length ? day : day - 7)
    }
}
