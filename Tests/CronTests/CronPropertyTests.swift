import Cron
import Primitives
import Testing

/// What holds of every expression in every zone, tried on a fixed choice of random ones.
@Suite struct CronPropertyTests {
    private static let zones = [
        "UTC", "America/New_York", "Europe/Berlin", "Europe/Dublin", "Australia/Lord_Howe", "Africa/Cairo",
        "Antarctica/Troll", "Pacific/Apia", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Africa/Casablanca",
        "America/Scoresbysund", "Asia/Gaza", "Pacific/Chatham", "America/St_Johns", "Africa/Monrovia",
    ]

    @Test func `ticks increase, and any instant between two of them has the same next one`() throws {
        var random = SeededRandom(seed: SeededRandom.seedOfRun)
        for _ in 0..<300 {
            let text = Self.expression(&random)
            let expression = try CronExpression(text)
            let name = Self.zones.randomElement(using: &random) ?? "UTC"
            let zone = try Zone(name)
            let start = Instant(seconds: Int64.random(in: -3_000_000_000...8_000_000_000, using: &random))
            let found = try ticks(expression, in: zone, after: start, count: 40)
            var previous = start
            for tick in found {
                let place = Comment(rawValue: "\(text) in \(name) at \(tick.instant), seed \(SeededRandom.seedOfRun)")
                #expect(tick.instant > previous, place)
                let between = Int64.random(in: previous.microseconds..<tick.instant.microseconds, using: &random)
                #expect(expression.nextTick(after: Instant(microseconds: between), in: zone) == tick, place)
                previous = tick.instant
            }
            if expression.isFixed { #expect(Set(found.map(\.nominal)).count == found.count, "\(text) in \(name)") }
        }
    }

    @Test func `around every shift of ten years a fixed time has one tick a nominal day`() throws {
        // Not Apia: the midnight of the day it skipped and the next one share a run.
        for name in Self.zones where name != "Pacific/Apia" {
            let zone = try Zone(name)
            for text in ["30 2 * * *", "0 0 * * *", "45 23 * * *", "15 1 * * *"] {
                let found = try ticks(
                    CronExpression(text), in: zone, after: instant("2005-01-01T00:00:00Z"), count: 3_650)
                let days = found.map(\.nominal.date.daysSinceEpoch)
                #expect(zip(days, days.dropFirst()).allSatisfy { $1 == $0 + 1 }, "\(text) in \(name)")
            }
        }
    }

    @Test func `in a zone of one offset the ticks are those of universal time, shifted`() throws {
        var random = SeededRandom(seed: SeededRandom.seedOfRun)
        let offset = 5 * 3_600 + 30 * 60
        let zone = try TZifBytes(initialOffset: offset, footer: "XXX-5:30").zone()
        for _ in 0..<200 {
            let expression = try CronExpression(Self.expression(&random))
            let start = Instant(seconds: Int64.random(in: 0...4_000_000_000, using: &random))
            let local = try ticks(expression, in: zone, after: start, count: 20)
            let universal = try ticks(expression, in: .utc, after: start + .seconds(offset), count: 20)
            #expect(local.map(\.nominal) == universal.map(\.nominal), "\(expression), seed \(SeededRandom.seedOfRun)")
            #expect(local.map { $0.instant + .seconds(offset) } == universal.map(\.instant))
        }
    }

    /// An expression that the grammar allows and that has a day within the horizon.
    private static func expression(_ random: inout SeededRandom) -> String {
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        func pick(_ texts: [String]) -> String { texts.randomElement(using: &random) ?? "*" }
        let first = number(0...50)
        let minute = pick([
            "\(first)", "*/\(number(1...30))", "\(first)-\(number(first...59))/\(number(1...9))", "*", "0,30",
        ])
        let hour = pick(["\(number(0...23))", "*", "*/\(number(1...12))", "1-3", "0,2,23", "\(number(0...20))-22"])
        let date = pick([
            "*", "*", "*", "\(number(1...28))", "L", "LW", "\(number(1...28))W", "*/\(number(1...9))", "25-31",
        ])
        let month = pick(["*", "*", "*", "3,10,11", "\(number(1...12))", "APR-OCT"])
        let weekday = pick(["*", "*", "*", "\(number(0...7))", "SUN", "MON-FRI", "\(number(0...6))L", "0#2", "FRI-SUN"])
        let days = date.hasPrefix("*/") && weekday != "*" ? "* \(month) \(weekday)" : "\(date) \(month) \(weekday)"
        return "\(minute) \(hour) \(days)"
    }
}
