import Cron
import Primitives
import Testing

@Suite struct CronRhythmTests {
    @Test(arguments: [
        ("0 2 * * *", CalendarUnit.day), ("0 2 * * 1-5", .day), ("0 6 * * 1", .week), ("0 6 * * SUN", .week),
        ("0 6 */2 * 1", .week), ("0 2 1 * *", .month), ("0 2 L * *", .month), ("0 2 LW * *", .month),
        ("0 2 15W * *", .month), ("0 2 * * 5#3", .month), ("0 2 * * 5L", .month), ("0 2 1,15 * *", .day),
        ("0 2 L,1 * *", .day), ("0 2 1 * 1", .day), ("0 2 29 2 *", .year), ("0 2 1 1 *", .year),
        ("@yearly", .year), ("@monthly", .month), ("@weekly", .week), ("@daily", .day), ("@hourly", .hour),
        ("0 2,14 * * *", .hour), ("0 * * * *", .hour), ("0,30 2 * * *", .minute), ("*/5 * * * *", .minute),
    ])
    func `the longest unit that never holds two of its times`(text: String, unit: CalendarUnit) throws {
        #expect(try CronExpression(text).unit == unit)
    }

    @Test(arguments: [
        "0 2 * * 1-5", "0 6 * * 1", "0 2 1 * *", "0 2 29 2 *", "0 2,14 1 * *", "7 3 15W * *", "0 2 * * 5#3",
    ])
    func `ten thousand ticks lie in as many units`(text: String) throws {
        let expression = try CronExpression(text)
        var names: Set<String> = []
        var cursor = Instant(seconds: 0)
        var count = 0
        while count < 10_000, let tick = expression.nextTick(after: cursor, in: .utc), tick.nominal.date.year < 2_100 {
            names.insert(expression.unit.name(of: tick.nominal))
            cursor = tick.instant
            count += 1
        }
        #expect(names.count == count)
    }

    @Test(arguments: [
        ("2026-01-01", "2026-W01"), ("2027-01-01", "2026-W53"), ("2024-12-30", "2025-W01"), ("2026-10-18", "2026-W42"),
        ("2026-10-19", "2026-W43"),
    ])
    func `a week belongs to the year of its Thursday`(date: String, name: String) throws {
        let date = try #require(CivilDate(date))
        #expect(CalendarUnit.week.name(of: CivilDateTime(date: date, secondOfDay: 0)) == name)
    }

    @Test func `the names of units differ in form`() throws {
        let local = CivilDateTime(date: try #require(CivilDate("2026-10-15")), secondOfDay: 2 * 3_600 + 30 * 60)
        #expect(
            CalendarUnit.allCases.map { $0.name(of: local) }
                == ["2026-10-15T02:30", "2026-10-15T02", "2026-10-15", "2026-W42", "2026-10", "2026"])
    }

    @Test(arguments: [
        ("* * * * *", 60), ("*/5 * * * *", 300), ("0,7 * * * *", 7 * 60), ("0 * * * *", 3_600),
        ("0 9-20 * * *", 3_600), ("0 2 * * *", 86_400), ("0 6 * * 1", 7 * 86_400), ("0 2 1 * *", 28 * 86_400),
        ("0 23 * * *", 86_400), ("0 0,23 * * *", 3_600), ("0 0,23 * * 1", 23 * 3_600), ("0 2 1,2 * *", 86_400),
        ("0 2 29 2 *", 1_461 * 86_400), ("55,0 * * * *", 300),
    ])
    func `the shortest interval is that of the two nearest times`(text: String, seconds: Int) throws {
        #expect(try CronExpression(text).shortestInterval == .seconds(seconds))
    }
}
