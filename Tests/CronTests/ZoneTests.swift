import Cron
import Primitives
import Testing

@Suite struct ZoneTests {
    @Test(arguments: [
        ("Asia/Kolkata", "2026-01-01T00:00:00Z", 19_800),
        ("America/Argentina/Buenos_Aires", "2026-07-01T00:00:00Z", -10_800),
        ("America/New_York", "2026-07-01T00:00:00Z", -14_400), ("America/New_York", "2026-01-01T00:00:00Z", -18_000),
        ("America/New_York", "2099-07-01T00:00:00Z", -14_400), ("America/New_York", "8099-07-01T00:00:00Z", -14_400),
        ("Australia/Lord_Howe", "2026-01-01T00:00:00Z", 39_600),
        ("Australia/Lord_Howe", "2026-07-01T00:00:00Z", 37_800),
        ("Europe/Dublin", "2050-07-01T00:00:00Z", 3_600), ("Antarctica/Troll", "2050-07-01T00:00:00Z", 7_200),
        ("Africa/Cairo", "2050-07-01T00:00:00Z", 10_800), ("Pacific/Apia", "2011-12-30T09:59:59Z", -36_000),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", 50_400), ("America/New_York", "1800-01-01T00:00:00Z", -17_762),
        ("UTC", "2026-01-01T00:00:00Z", 0),
        ("Etc/GMT-14", "2026-01-01T00:00:00Z", 50_400),
    ])
    func `the offset of a zone at an instant`(name: String, at text: String, offset: Int) throws {
        let zone = try Zone(name)
        #expect(zone.offset(at: try instant(text)) == offset)
        #expect(zone.identifier == name)
        #expect("\(zone)" == name)
    }

    @Test func `the wall shows the instant's second, right before 1970 too`() throws {
        let kolkata = try Zone("Asia/Kolkata")
        #expect("\(kolkata.civil(at: try instant("2026-01-01T20:00:00.999999Z")))" == "2026-01-02T01:30:00")
        #expect("\(Zone.utc.civil(at: Instant(microseconds: -1)))" == "1969-12-31T23:59:59")
    }

    @Test(arguments: [
        ("America/New_York", "2025-03-09", 1, 30, "2025-03-09T06:30:00Z"),
        ("America/New_York", "2025-03-09", 2, 30, "2025-03-09T07:00:00Z"),
        ("America/New_York", "2025-03-09", 3, 0, "2025-03-09T07:00:00Z"),
        ("America/New_York", "2025-11-02", 1, 30, "2025-11-02T05:30:00Z"),
        ("America/New_York", "2025-11-02", 2, 0, "2025-11-02T07:00:00Z"),
        ("America/New_York", "8025-03-09", 2, 30, "8025-03-09T07:00:00Z"),
        ("America/New_York", "8025-11-02", 1, 30, "8025-11-02T05:30:00Z"),
        ("Pacific/Apia", "2011-12-30", 12, 0, "2011-12-30T10:00:00Z"),
        ("Africa/Cairo", "2025-04-25", 0, 0, "2025-04-24T22:00:00Z"),
        ("UTC", "1960-02-29", 23, 59, "1960-02-29T23:59:00Z"),
    ])
    func `a local time is an instant`(name: String, date: String, hour: Int, minute: Int, expected: String) throws {
        let parts = date.split(separator: "-").compactMap { Int($0) }
        let day = try #require(CivilDate(year: parts[0], month: parts[1], day: parts[2]))
        let local = CivilDateTime(date: day, secondOfDay: hour * 3_600 + minute * 60)
        #expect(try Zone(name).instant(of: local) == (try instant(expected)))
    }

    @Test func `a day begins at midnight, or after the gap that swallowed it`() throws {
        let skipped = try #require(CivilDate(year: 2_011, month: 12, day: 30))
        #expect(try Zone("Pacific/Apia").startOfDay(skipped) == (try instant("2011-12-30T10:00:00Z")))
        // Havana's clocks go from 01:00 back to 00:00: midnight happens twice.
        let twice = try #require(CivilDate(year: 2_025, month: 11, day: 2))
        #expect(try Zone("America/Havana").startOfDay(twice) == (try instant("2025-11-02T04:00:00Z")))
    }

    @Test func `shifts follow each other, through the table, the rule and the cycle`() throws {
        let zone = try Zone("America/New_York")
        let spring = try #require(zone.nextTransition(after: instant("2025-01-01T00:00:00Z")))
        #expect(spring.instant == (try instant("2025-03-09T07:00:00Z")) && spring.isGap && !spring.isOverlap)
        #expect("\(spring.wallBefore) \(spring.wallAfter)" == "2025-03-09T02:00:00 2025-03-09T03:00:00")
        let autumn = try #require(zone.nextTransition(after: spring.instant))
        #expect(autumn.instant == (try instant("2025-11-02T06:00:00Z")) && autumn.isOverlap && !autumn.isGap)
        #expect(
            zone.nextTransition(after: try instant("2045-01-01T00:00:00Z"))?.instant
                == (try instant("2045-03-12T07:00:00Z")))
        #expect(
            zone.nextTransition(after: try instant("9225-01-01T00:00:00Z"))?.instant
                == (try instant("9225-03-09T07:00:00Z")))
        #expect(try Zone("Asia/Kolkata").nextTransition(after: instant("1946-01-01T00:00:00Z")) == nil)
        #expect(Zone.utc.nextTransition(after: try instant("2026-01-01T00:00:00Z")) == nil)
    }

    @Test func `a change of nothing but the name is no shift`() throws {
        let zone = try TZifBytes(shifts: [
            (start: 1_000, offset: 0), (start: 2_000, offset: 3_600), (start: 3_000, offset: 3_600),
        ]).zone()
        let only = try #require(zone.nextTransition(after: Instant(seconds: 0)))
        #expect(only.instant.seconds == 2_000)
        #expect(zone.nextTransition(after: only.instant) == nil)
    }

    @Test func `a shift that no instant can name is none`() throws {
        let zone = try TZifBytes(shifts: [(start: 1_000, offset: 60), (start: 1 << 59, offset: 120)]).zone()
        let only = try #require(zone.nextTransition(after: Instant(seconds: 0)))
        #expect(zone.nextTransition(after: only.instant) == nil)
        #expect(try CronExpression("0 0 29 2 *").next(after: Instant(microseconds: .max), in: zone) == nil)
    }

    @Test func `zones are equal by name`() throws {
        #expect(try Zone("Asia/Kolkata") == Zone("Asia/Kolkata"))
        #expect(
            try Set([Zone("Asia/Kolkata"), Zone("Asia/Kolkata"), Zone("Asia/Calcutta"), .utc, Zone("UTC")]).count == 3)
    }
}
