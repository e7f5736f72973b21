import Cron
import Primitives
import Testing

@Suite struct CronWallTests {
    private static let expressions = [
        "30 2 * * *", "0,30 2 * * *", "0 2,3 * * *", "0 0 * * *", "15 0-23 * * *", "0 2 1 * *", "30 1 * * 0",
        "0 12 30 12 *",
    ]

    /// Both ways to the next tick agree at every quarter of an hour around every kind of shift.
    @Test(arguments: [
        ("America/New_York", "2025-03-08T12:00:00Z"), ("America/New_York", "2025-11-01T12:00:00Z"),
        ("Australia/Lord_Howe", "2025-04-05T00:00:00Z"), ("Australia/Lord_Howe", "2025-10-04T00:00:00Z"),
        ("Pacific/Apia", "2011-12-29T12:00:00Z"), ("Africa/Cairo", "2025-04-24T12:00:00Z"),
        ("Antarctica/Troll", "2025-10-25T12:00:00Z"), ("UTC", "2025-01-01T00:00:00Z"),
        ("Europe/Berlin", "2500-03-27T12:00:00Z"),
    ])
    func `after a local time and after its instant comes the same tick`(zone: String, begin: String) throws {
        let zone = try Zone(zone)
        let begin = try #require(Instant(rfc3339: begin))
        for text in Self.expressions {
            let expression = try CronExpression(text)
            for quarter in 0..<200 {
                let instant = begin + .seconds(quarter * 900) + .milliseconds(quarter % 3)
                #expect(
                    expression.nextTick(afterWall: zone.wallReached(by: instant), in: zone)
                        == expression.nextTick(after: instant, in: zone),
                    "\(text) in \(zone) after \(instant)")
            }
        }
    }

    @Test func `during the second pass of an hour the wall has reached the end of the first`() throws {
        let zone = try Zone("America/New_York")
        let reached = { (text: String) in Instant(rfc3339: text).map { zone.wallReached(by: $0).description } }
        #expect(reached("2025-11-02T05:30:00Z") == "2025-11-02T01:30:00")
        #expect(reached("2025-11-02T06:30:00Z") == "2025-11-02T01:59:59")
        #expect(reached("2025-11-02T07:30:00Z") == "2025-11-02T02:30:00")
        #expect(reached("2025-03-09T06:59:59Z") == "2025-03-09T01:59:59")
        #expect(reached("2025-03-09T07:00:00Z") == "2025-03-09T03:00:00")
    }
}
