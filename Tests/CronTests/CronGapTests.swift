import Cron
import Primitives
import Testing

/// The law of gaps and overlaps, on shifts that happened and on some that only a test makes.
@Suite struct CronGapTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let expression: String
        let zone: String
        let after: String
        let expected: [String]
        var testDescription: String { "\(expression) in \(zone) after \(after)" }

        init(_ expression: String, _ zone: String = "America/New_York", after: String, _ expected: String...) {
            (self.expression, self.zone, self.after, self.expected) = (expression, zone, after, expected)
        }
    }

    private func check(_ entry: Case) throws {
        #expect(
            try ticks(entry.expression, in: entry.zone, after: entry.after, count: entry.expected.count)
                == entry.expected)
    }

    // 2025-03-09, 02:00 becomes 03:00 at 07:00Z.
    @Test(arguments: [
        Case("30 2 * * *", after: "2025-03-08T12:00:00Z", "2025-03-09T07:00:00Z", "2025-03-10T06:30:00Z"),
        Case("0,30 2 * * *", after: "2025-03-08T12:00:00Z", "2025-03-09T07:00:00Z", "2025-03-10T06:00:00Z"),
        Case("0 2,3 * * *", after: "2025-03-08T12:00:00Z", "2025-03-09T07:00:00Z", "2025-03-10T06:00:00Z"),
        Case(
            "15 0-3 * * *", after: "2025-03-09T06:00:00Z", "2025-03-09T06:15:00Z", "2025-03-09T07:00:00Z",
            "2025-03-09T07:15:00Z"),
        Case("0 3 * * *", after: "2025-03-08T12:00:00Z", "2025-03-09T07:00:00Z", "2025-03-10T07:00:00Z"),
        Case("30 2 * * SUN", after: "2025-03-08T12:00:00Z", "2025-03-09T07:00:00Z", "2025-03-16T06:30:00Z"),
        Case("30 2 * * 0#2", after: "2025-03-08T12:00:00Z", "2025-03-09T07:00:00Z", "2025-04-13T06:30:00Z"),
        Case("30 2 9 3 *", after: "2025-03-08T12:00:00Z", "2025-03-09T07:00:00Z", "2026-03-09T06:30:00Z"),
        Case("30 2 * * MON", after: "2025-03-08T12:00:00Z", "2025-03-10T06:30:00Z"),
        Case("*/15 2 * * *", after: "2025-03-08T12:00:00Z", "2025-03-10T06:00:00Z", "2025-03-10T06:15:00Z"),
        Case("30 * * * *", after: "2025-03-09T06:00:00Z", "2025-03-09T06:30:00Z", "2025-03-09T07:30:00Z"),
        Case(
            "0 */2 * * *", after: "2025-03-09T04:00:00Z", "2025-03-09T05:00:00Z", "2025-03-09T08:00:00Z",
            "2025-03-09T10:00:00Z"),
        Case(
            "* * * * *", after: "2025-03-09T06:58:30Z", "2025-03-09T06:59:00Z", "2025-03-09T07:00:00Z",
            "2025-03-09T07:01:00Z"),
    ])
    func `an hour that does not exist`(entry: Case) throws {
        try check(entry)
    }

    // 2025-11-02, 02:00 becomes 01:00 at 06:00Z.
    @Test(arguments: [
        Case("30 1 * * *", after: "2025-11-01T12:00:00Z", "2025-11-02T05:30:00Z", "2025-11-03T06:30:00Z"),
        Case(
            "0 1,2 * * *", after: "2025-11-01T12:00:00Z", "2025-11-02T05:00:00Z", "2025-11-02T07:00:00Z",
            "2025-11-03T06:00:00Z"),
        Case(
            "0 0-5 * * *", after: "2025-11-02T03:59:59Z", "2025-11-02T04:00:00Z", "2025-11-02T05:00:00Z",
            "2025-11-02T07:00:00Z"),
        Case("45 1 * * *", after: "2025-11-02T06:30:00Z", "2025-11-03T06:45:00Z"),
        Case("45 1 * * *", after: "2025-11-02T06:00:00Z", "2025-11-03T06:45:00Z"),
        Case(
            "*/15 1 * * *", after: "2025-11-02T04:00:00Z", "2025-11-02T05:00:00Z", "2025-11-02T05:15:00Z",
            "2025-11-02T05:30:00Z", "2025-11-02T05:45:00Z", "2025-11-02T06:00:00Z", "2025-11-02T06:15:00Z",
            "2025-11-02T06:30:00Z", "2025-11-02T06:45:00Z", "2025-11-03T06:00:00Z"),
        Case(
            "30 * * * *", after: "2025-11-02T05:00:00Z", "2025-11-02T05:30:00Z", "2025-11-02T06:30:00Z",
            "2025-11-02T07:30:00Z"),
        Case("0 */2 * * *", after: "2025-11-02T04:00:00Z", "2025-11-02T07:00:00Z", "2025-11-02T09:00:00Z"),
        Case(
            "0 */1 * * *", after: "2025-11-02T04:00:00Z", "2025-11-02T05:00:00Z", "2025-11-02T06:00:00Z",
            "2025-11-02T07:00:00Z"),
    ])
    func `an hour that happens twice`(entry: Case) throws {
        try check(entry)
    }

    @Test(arguments: [
        // Half an hour: Lord Howe, 02:00 becomes 02:30 at 15:30Z, back at 15:00Z.
        Case(
            "15 2 * * *", "Australia/Lord_Howe", after: "2025-10-04T00:00:00Z", "2025-10-04T15:30:00Z",
            "2025-10-05T15:15:00Z"),
        Case(
            "0,15,30 2 * * *", "Australia/Lord_Howe", after: "2025-10-04T00:00:00Z", "2025-10-04T15:30:00Z",
            "2025-10-05T15:00:00Z"),
        Case(
            "15 */3 * * *", "Australia/Lord_Howe", after: "2017-09-30T14:00:00Z", "2017-09-30T16:15:00Z",
            "2017-09-30T19:15:00Z"),
        Case(
            "45 1 * * *", "Australia/Lord_Howe", after: "2025-04-05T00:00:00Z", "2025-04-05T14:45:00Z",
            "2025-04-06T15:15:00Z"),
        Case(
            "45 * * * *", "Australia/Lord_Howe", after: "2025-04-05T14:30:00Z", "2025-04-05T14:45:00Z",
            "2025-04-05T15:15:00Z"),
        // Midnight: Cairo, 00:00 becomes 01:00 on 2025-04-25 at 22:00Z the day before.
        Case(
            "0 0 * * *", "Africa/Cairo", after: "2025-04-24T00:00:00Z", "2025-04-24T22:00:00Z", "2025-04-25T21:00:00Z"),
        Case("*/7 0 25 * *", "Africa/Cairo", after: "2025-04-24T22:00:00Z", "2025-05-24T21:00:00Z"),
        Case(
            "0 0 * * FRI", "Africa/Cairo", after: "2025-04-24T00:00:00Z", "2025-04-24T22:00:00Z", "2025-05-01T21:00:00Z"
        ),
        // Two hours: Troll, 01:00 becomes 03:00 at 01:00Z, 03:00 becomes 01:00 at 01:00Z.
        Case(
            "30 1,2 * * *", "Antarctica/Troll", after: "2025-03-29T12:00:00Z", "2025-03-30T01:00:00Z",
            "2025-03-30T23:30:00Z"),
        Case(
            "0 * * * *", "Antarctica/Troll", after: "2025-10-25T22:30:00Z", "2025-10-25T23:00:00Z",
            "2025-10-26T00:00:00Z", "2025-10-26T01:00:00Z", "2025-10-26T02:00:00Z", "2025-10-26T03:00:00Z"),
        Case(
            "30 2 * * *", "Antarctica/Troll", after: "2025-10-25T12:00:00Z", "2025-10-26T00:30:00Z",
            "2025-10-27T02:30:00Z"),
        // A day: Apia had no 30 December 2011.
        Case(
            "0 12 30 12 *", "Pacific/Apia", after: "2011-12-01T00:00:00Z", "2011-12-30T10:00:00Z",
            "2012-12-29T22:00:00Z"),
        Case(
            "0 12 * * *", "Pacific/Apia", after: "2011-12-29T12:00:00Z", "2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z",
            "2011-12-30T22:00:00Z"),
        Case(
            "0 0 * * 5", "Pacific/Apia", after: "2011-12-29T00:00:00Z", "2011-12-30T10:00:00Z", "2012-01-05T10:00:00Z"),
        Case("0 * 30 12 *", "Pacific/Apia", after: "2011-12-01T00:00:00Z", "2012-12-29T10:00:00Z"),
        Case(
            "0 0 LW * *", "Pacific/Apia", after: "2011-12-01T00:00:00Z", "2011-12-30T10:00:00Z",
            "2012-01-30T10:00:00Z"),
        // West in summer: Dublin's standard time is the summer's.
        Case(
            "30 1 * * *", "Europe/Dublin", after: "2025-03-29T12:00:00Z", "2025-03-30T01:00:00Z", "2025-03-31T00:30:00Z"
        ),
        Case(
            "30 1 * * *", "Europe/Dublin", after: "2025-10-25T12:00:00Z", "2025-10-26T00:30:00Z", "2025-10-27T01:30:00Z"
        ),
        // Odd seconds: Monrovia went from -0:44:30 to 0 at local midnight.
        Case(
            "30 0 7 1 *", "Africa/Monrovia", after: "1972-01-01T00:00:00Z", "1972-01-07T00:44:30Z",
            "1973-01-07T00:30:00Z"),
        Case(
            "0 0 * * *", "Africa/Monrovia", after: "1972-01-05T12:00:00Z", "1972-01-06T00:44:30Z",
            "1972-01-07T00:44:30Z", "1972-01-08T00:00:00Z"),
        Case(
            "*/15 * * * *", "Africa/Monrovia", after: "1972-01-07T00:20:00Z", "1972-01-07T00:29:30Z",
            "1972-01-07T00:45:00Z"),
        Case(
            "44 * * * *", "Africa/Monrovia", after: "1972-01-07T00:20:00Z", "1972-01-07T00:28:30Z",
            "1972-01-07T01:44:00Z"),
        // Local mean time: the wall of New York went back 3 min 58 s in 1883.
        Case(
            "2 12 * * *", "America/New_York", after: "1883-11-18T00:00:00Z", "1883-11-18T16:58:02Z",
            "1883-11-19T17:02:00Z"),
        Case(
            "2 * * * *", "America/New_York", after: "1883-11-18T16:00:00Z", "1883-11-18T16:58:02Z",
            "1883-11-18T17:02:00Z", "1883-11-18T18:02:00Z"),
        // No shift since 2009.
        Case(
            "0 9-20 * * *", "America/Argentina/Buenos_Aires", after: "2026-01-01T22:30:00Z", "2026-01-01T23:00:00Z",
            "2026-01-02T12:00:00Z"),
        Case("0 6 * * 1", "Asia/Kolkata", after: "2026-01-01T00:00:00Z", "2026-01-05T00:30:00Z"),
        // By the footer's rule, and by the calendar's cycle beyond it.
        Case("30 2 * * *", after: "2099-03-07T12:00:00Z", "2099-03-08T07:00:00Z", "2099-03-09T06:30:00Z"),
        Case("30 2 * * *", after: "2899-03-07T12:00:00Z", "2899-03-08T07:00:00Z", "2899-03-09T06:30:00Z"),
        Case("30 2 * * *", after: "8025-03-08T12:00:00Z", "8025-03-09T07:00:00Z", "8025-03-10T06:30:00Z"),
        Case("30 1 * * *", after: "8025-11-01T12:00:00Z", "8025-11-02T05:30:00Z", "8025-11-03T06:30:00Z"),
    ])
    func `shifts of any size and for any reason`(entry: Case) throws {
        try check(entry)
    }

    @Test func `a run that several times share is named after the first, a wildcard after the wall`() throws {
        func nominals(_ expression: String, _ zone: String, after: String, count: Int) throws -> [String] {
            try ticks(CronExpression(expression), in: Zone(zone), after: instant(after), count: count).map {
                "\($0.nominal)"
            }
        }
        #expect(
            try nominals("30,45 2,3 * * *", "America/New_York", after: "2025-03-09T06:00:00Z", count: 3)
                == ["2025-03-09T02:30:00", "2025-03-09T03:30:00", "2025-03-09T03:45:00"])
        #expect(
            try nominals("0 0,12 * * *", "Pacific/Apia", after: "2011-12-29T23:00:00Z", count: 2)
                == ["2011-12-30T00:00:00", "2011-12-31T12:00:00"])
        #expect(
            try nominals("30 * * * *", "America/New_York", after: "2025-11-02T05:00:00Z", count: 3)
                == ["2025-11-02T01:30:00", "2025-11-02T01:30:00", "2025-11-02T02:30:00"])
    }

    @Test func `a quarter of an hour, forward and back`() throws {
        let zone = try TZifBytes(initialOffset: 0, shifts: [(start: 86_400, offset: 900), (start: 172_800, offset: 0)])
            .zone()
        #expect(
            try ticks("5,10,15 0 * * *", in: zone, after: "1970-01-01T12:00:00Z", count: 4)
                == ["1970-01-02T00:00:00Z", "1970-01-02T23:50:00Z", "1970-01-02T23:55:00Z", "1970-01-03T00:15:00Z"])
        #expect(
            try ticks("*/5 0 * * *", in: zone, after: "1970-01-01T12:00:00Z", count: 2)
                == ["1970-01-02T00:00:00Z", "1970-01-02T00:05:00Z"])
        #expect(
            try ticks("5 * * * *", in: zone, after: "1970-01-02T23:00:00Z", count: 3)
                == ["1970-01-02T23:50:00Z", "1970-01-03T00:05:00Z", "1970-01-03T01:05:00Z"])
    }

    @Test func `two shifts close together`() throws {
        // At 10:00Z back one hour, half an hour later forward two: the wall reads 9:59, 9:00…9:29, 11:30.
        let zone = try TZifBytes(
            initialOffset: 0, shifts: [(start: 36_000, offset: -3_600), (start: 37_800, offset: 3_600)]
        ).zone()
        #expect(
            try ticks("15,45 9-11 * * *", in: zone, after: "1970-01-01T00:00:00Z", count: 4)
                == ["1970-01-01T09:15:00Z", "1970-01-01T09:45:00Z", "1970-01-01T10:30:00Z", "1970-01-01T10:45:00Z"])
        #expect(
            try ticks("15 * * * *", in: zone, after: "1970-01-01T09:00:00Z", count: 3)
                == ["1970-01-01T09:15:00Z", "1970-01-01T10:15:00Z", "1970-01-01T11:15:00Z"])
        // Forward one hour at 10:00Z and again at 10:30Z: the wall reads 9:59, 11:00…11:29, 12:30.
        let twice = try TZifBytes(
            initialOffset: 0, shifts: [(start: 36_000, offset: 3_600), (start: 37_800, offset: 7_200)]
        ).zone()
        #expect(
            try ticks("0,15,45 10-12 * * *", in: twice, after: "1970-01-01T00:00:00Z", count: 4)
                == ["1970-01-01T10:00:00Z", "1970-01-01T10:15:00Z", "1970-01-01T10:30:00Z", "1970-01-01T10:45:00Z"])
        // Back one hour at 10:00Z and again at 10:30Z: the wall reads 9:59, 9:00…9:29, 8:30.
        let back = try TZifBytes(
            initialOffset: 0, shifts: [(start: 36_000, offset: -3_600), (start: 37_800, offset: -7_200)]
        ).zone()
        #expect(
            try ticks("15,45 8-9 * * *", in: back, after: "1970-01-01T00:00:00Z", count: 5)
                == [
                    "1970-01-01T08:15:00Z", "1970-01-01T08:45:00Z", "1970-01-01T09:15:00Z", "1970-01-01T09:45:00Z",
                    "1970-01-02T10:15:00Z",
                ])
        #expect(
            try ticks("*/30 9 * * *", in: back, after: "1970-01-01T08:59:59Z", count: 5)
                == [
                    "1970-01-01T09:00:00Z", "1970-01-01T09:30:00Z", "1970-01-01T10:00:00Z", "1970-01-01T11:00:00Z",
                    "1970-01-01T11:30:00Z",
                ])
    }

    @Test func `a gap that is undone at once: the times inside have had their run`() throws {
        // Forward two hours at 10:00Z, back two at 10:30Z: the wall reads 9:59, 12:00…12:29, 10:30.
        let zone = try TZifBytes(
            initialOffset: 0, shifts: [(start: 36_000, offset: 7_200), (start: 37_800, offset: 0)]
        ).zone()
        #expect(
            try ticks("45 11 * * *", in: zone, after: "1970-01-01T00:00:00Z", count: 2)
                == ["1970-01-01T10:00:00Z", "1970-01-02T11:45:00Z"])
        #expect(
            try ticks("45 * * * *", in: zone, after: "1970-01-01T09:45:00Z", count: 2)
                == ["1970-01-01T10:45:00Z", "1970-01-01T11:45:00Z"])
    }

    @Test func `wherever the search begins, the set is the same, also between shifts close together`() throws {
        let shapes = [[-3_600, 3_600], [3_600, 7_200], [-3_600, -7_200], [7_200, 0], [-900, 0], [3_600, -3_600]]
        for offsets in shapes {
            let zone = try TZifBytes(
                initialOffset: 0, shifts: [(start: 36_000, offset: offsets[0]), (start: 37_800, offset: offsets[1])]
            ).zone()
            for text in ["15,45 8-13 * * *", "30 10 * * *", "*/10 9-11 * * *", "0,30 * * * *", "@daily"] {
                let expression = try CronExpression(text)
                let all = try ticks(expression, in: zone, after: Instant(seconds: 0), count: 150)
                for second in stride(from: Int64(0), to: 86_400, by: 150) {
                    let after = Instant(seconds: second)
                    let expected = all.first { $0.instant > after }
                    #expect(expression.nextTick(after: after, in: zone) == expected, "\(text), \(offsets), \(after)")
                }
            }
        }
    }

    @Test func `aliases are their five fields`() throws {
        #expect(
            try ticks("@hourly", in: "America/New_York", after: "2025-11-02T04:59:00Z", count: 3)
                == ["2025-11-02T05:00:00Z", "2025-11-02T06:00:00Z", "2025-11-02T07:00:00Z"])
        #expect(
            try ticks("@daily", in: "Africa/Cairo", after: "2025-04-24T00:00:00Z", count: 1) == ["2025-04-24T22:00:00Z"]
        )
    }
}
