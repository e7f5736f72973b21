import Cron
import Primitives
import Testing

/// The calendar, in zones and years without shifts: which days and times an expression names.
@Suite struct CronNextTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let expression: String
        let after: String
        let expected: [String]
        var testDescription: String { expression }

        init(_ expression: String, after: String, _ expected: String...) {
            (self.expression, self.after, self.expected) = (expression, after, expected)
        }
    }

    @Test(arguments: [
        Case("*/5 * * * *", after: "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z"),
        Case("0 9-20 * * *", after: "2026-01-01T19:30:00Z", "2026-01-01T20:00:00Z", "2026-01-02T09:00:00Z"),
        Case("0 6 * * 1", after: "2026-01-01T00:00:00Z", "2026-01-05T06:00:00Z", "2026-01-12T06:00:00Z"),
        Case("0 2 1 * *", after: "2026-01-01T02:00:00Z", "2026-02-01T02:00:00Z", "2026-03-01T02:00:00Z"),
        Case("0 0 31 * *", after: "2026-01-31T00:00:00Z", "2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"),
        Case("59 23 31 12 *", after: "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
        Case("0 0 29 2 *", after: "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"),
        Case("0 0 29 2 *", after: "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
        Case("0 0 29 2 */7", after: "2088-03-01T00:00:00Z", "2128-02-29T00:00:00Z"),
        Case("0 0 L * *", after: "2028-01-31T00:00:00Z", "2028-02-29T00:00:00Z", "2028-03-31T00:00:00Z"),
        Case("0 0 LW * *", after: "2026-01-01T00:00:00Z", "2026-01-30T00:00:00Z", "2026-02-27T00:00:00Z"),
        Case("0 0 1W * *", after: "2026-07-15T00:00:00Z", "2026-08-03T00:00:00Z", "2026-09-01T00:00:00Z"),
        Case("0 0 15W * *", after: "2026-08-01T00:00:00Z", "2026-08-14T00:00:00Z", "2026-09-15T00:00:00Z"),
        Case("0 0 31W * *", after: "2026-05-01T00:00:00Z", "2026-05-29T00:00:00Z", "2026-07-31T00:00:00Z"),
        Case("0 0 * * 5L", after: "2026-01-01T00:00:00Z", "2026-01-30T00:00:00Z", "2026-02-27T00:00:00Z"),
        Case("0 0 * * 5#3", after: "2026-01-01T00:00:00Z", "2026-01-16T00:00:00Z", "2026-02-20T00:00:00Z"),
        Case("0 0 * * 4#5", after: "2026-01-01T00:00:00Z", "2026-01-29T00:00:00Z", "2026-04-30T00:00:00Z"),
        Case("0 0 * 2 5#5", after: "2026-01-01T00:00:00Z", "2036-02-29T00:00:00Z"),
        Case("0 0 13 * 5", after: "2026-02-01T00:00:00Z", "2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z"),
        Case("0 0 1 * 1-5", after: "2026-02-27T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"),
        Case("0 0 */2 * 1", after: "2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z", "2026-01-19T00:00:00Z"),
        Case("0 0 13 * */5", after: "2026-01-01T00:00:00Z", "2026-02-13T00:00:00Z", "2026-03-13T00:00:00Z"),
        Case("0 0 1,* * 1", after: "2026-01-06T00:00:00Z", "2026-01-07T00:00:00Z", "2026-01-08T00:00:00Z"),
        Case("0 0 * 2 *", after: "1899-12-31T00:00:00Z", "1900-02-01T00:00:00Z"),
        Case("30 12 28 2 *", after: "1900-02-28T12:30:00Z", "1901-02-28T12:30:00Z"),
        Case("0 0 1 1 *", after: "0001-01-01T00:00:00Z", "0002-01-01T00:00:00Z"),
        Case("0 0 29 2 *", after: "9990-01-01T00:00:00Z", "9992-02-29T00:00:00Z", "9996-02-29T00:00:00Z"),
    ])
    func `an expression names these instants`(entry: Case) throws {
        #expect(
            try ticks(entry.expression, in: .utc, after: entry.after, count: entry.expected.count) == entry.expected)
    }

    @Test func `the next instant is strictly later, down to the microsecond`() throws {
        let expression = try CronExpression("30 12 * * *")
        let due = try instant("2026-05-05T12:30:00Z")
        #expect(expression.next(after: Instant(microseconds: due.microseconds - 1), in: .utc) == due)
        #expect(expression.next(after: due, in: .utc) == (try instant("2026-05-06T12:30:00Z")))
        #expect(
            expression.next(after: Instant(microseconds: due.microseconds + 1), in: .utc)
                == (try instant("2026-05-06T12:30:00Z")))
        let before1970 = try instant("1969-12-31T12:30:00Z")
        #expect(expression.next(after: Instant(microseconds: before1970.microseconds - 1), in: .utc) == before1970)
    }

    @Test func `days come from the calendar: every set of days agrees with a walk over each day of 28 years`() throws {
        let fields: [(String, (CivilDate) -> Bool)] = [
            ("L * *", { $0.day == CivilDate.daysInMonth($0.month, of: $0.year) }),
            ("LW * *", { isWorkday($0, nearestTo: CivilDate.daysInMonth($0.month, of: $0.year)) }),
            ("1W * *", { isWorkday($0, nearestTo: 1) }), ("15W * *", { isWorkday($0, nearestTo: 15) }),
            ("30W * *", { isWorkday($0, nearestTo: 30) }),
            ("* * 3#1", { $0.dayOfWeek == 3 && $0.day <= 7 }),
            ("* * 0#5", { $0.dayOfWeek == 0 && $0.day > 28 }),
            ("* * 6L", { $0.dayOfWeek == 6 && $0.day + 7 > CivilDate.daysInMonth($0.month, of: $0.year) }),
            ("* * 1-5", { (1...5).contains($0.dayOfWeek) }),
            ("13 * 5", { $0.day == 13 || $0.dayOfWeek == 5 }),
            ("*/3 * 2,7", { $0.day % 3 == 1 && [0, 2].contains($0.dayOfWeek) }),
            ("10-20/5 2,11-12 *", { [10, 15, 20].contains($0.day) && [2, 11, 12].contains($0.month) }),
        ]
        let first = try #require(CivilDate(year: 2_090, month: 1, day: 1)).daysSinceEpoch
        for (text, isDue) in fields {
            let expression = try CronExpression("0 0 \(text)")
            let expected = (first..<first + 28 * 366).filter { isDue(CivilDate(daysSinceEpoch: $0)) }
            let found = try ticks(
                expression, in: .utc, after: Instant(seconds: Int64(first) * 86_400 - 1), count: expected.count)
            #expect(found.map { Int($0.instant.seconds / 86_400) } == expected, "\(text)")
        }
    }

    @Test func `the search ends where time does`() throws {
        let expression = try CronExpression("0 0 29 2 *")
        let last = Instant(microseconds: Int64.max)
        #expect(expression.next(after: last, in: .utc) == nil)
        #expect(try expression.next(after: last, in: Zone("Europe/Berlin")) == nil)
        #expect(expression.next(after: Instant(microseconds: Int64.min), in: .utc) != nil)
        #expect(try expression.next(after: Instant(microseconds: Int64.min), in: Zone("Europe/Berlin")) != nil)
    }
}

/// Whether a date is the day from Monday to Friday nearest to a day of its month; none when the month lacks that day.
private func isWorkday(_ date: CivilDate, nearestTo day: Int) -> Bool {
    guard let anchor = CivilDate(year: date.year, month: date.month, day: day) else { return false }
    let candidates = [0, -1, 1, -2, 2].map { CivilDate(daysSinceEpoch: anchor.daysSinceEpoch + $0) }
    return candidates.first { (1...5).contains($0.dayOfWeek) && $0.month == date.month } == date
}
