import Cron
import Primitives
import Testing

/// What the check tells an owner about the next gap and the next overlap.
@Suite struct CronShiftTests {
    private let winter = "2025-01-01T00:00:00Z"

    @Test func `a fixed time in a gap runs once after it`() throws {
        let shift = try #require(
            try CronExpression("0,30 2 * * *").nextGap(after: instant(winter), in: Zone("America/New_York")))
        #expect(shift.outcome == .runsOnceAfterGap)
        #expect(shift.transition.instant == (try instant("2025-03-09T07:00:00Z")))
        #expect(shift.transition.offsetBefore == -18_000 && shift.transition.offsetAfter == -14_400)
        #expect(shift.count == 2)
        #expect("\(shift.first) \(shift.last)" == "2025-03-09T02:00:00 2025-03-09T02:30:00")
        #expect(
            shift.sentence.contains(
                "2 times from 2025-03-09T02:00:00 to 2025-03-09T02:30:00 run once, at 2025-03-09T07:00:00Z"))
    }

    @Test(arguments: [
        ("*/15 2 * * *", CronShift.Outcome.skipped, 4), ("0 */2 * * *", .skipped, 1),
        ("30 2 * * SUN", .runsOnceAfterGap, 1),
    ])
    func `a gap does this`(expression: String, outcome: CronShift.Outcome, count: Int) throws {
        let shift = try CronExpression(expression).nextGap(after: instant(winter), in: Zone("America/New_York"))
        #expect(shift?.outcome == outcome)
        #expect(shift?.count == count)
    }

    @Test(arguments: [
        ("30 1 * * *", CronShift.Outcome.runsInFirstPass, 1), ("*/15 1 * * *", .runsInBothPasses, 4),
        ("0 * * * *", .runsInBothPasses, 1),
    ])
    func `an overlap does this`(expression: String, outcome: CronShift.Outcome, count: Int) throws {
        let shift = try CronExpression(expression).nextOverlap(after: instant(winter), in: Zone("America/New_York"))
        #expect(shift?.outcome == outcome)
        #expect(shift?.count == count)
        #expect(shift?.transition.instant == (try instant("2025-11-02T06:00:00Z")))
    }

    @Test func `only shifts that touch the expression count`() throws {
        let newYork = try Zone("America/New_York")
        #expect(try CronExpression("0 6 * * *").nextGap(after: instant(winter), in: newYork) == nil)
        #expect(try CronExpression("0 3 * * *").nextGap(after: instant(winter), in: newYork) == nil)
        #expect(try CronExpression("30 2 * * *").nextOverlap(after: instant(winter), in: newYork) == nil)
        #expect(try CronExpression("30 2 * * *").nextGap(after: instant(winter), in: Zone("Asia/Kolkata")) == nil)
        // On the 14th the second Sunday of March comes as late as it can.
        let shift = try CronExpression("30 2 14 3 *").nextGap(after: instant(winter), in: newYork)
        #expect(shift?.transition.instant == (try instant("2027-03-14T07:00:00Z")))
    }

    @Test func `a whole day is a gap like any other`() throws {
        let shift = try #require(
            try CronExpression("0 */6 * * *").nextGap(after: instant("2011-11-01T00:00:00Z"), in: Zone("Pacific/Apia")))
        #expect(shift.count == 4)
        #expect(shift.outcome == .skipped)
        #expect(
            "\(shift.transition.wallBefore) \(shift.transition.wallAfter)" == "2011-12-30T00:00:00 2011-12-31T00:00:00")
    }
}
