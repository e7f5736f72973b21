import Cron
import Primitives
import TestSupport

extension FuzzParser {
    /// Expressions: whatever is accepted means the same when read again, and its ticks go forward.
    static let cron = FuzzParser(
        "cron",
        seeds: [
            "0 9-20 * * *", "0 2 1 * *", "*/5 * * * *", "0 0 29 2 *", "30 2 L * *", "0 0 LW 1-11/2 *", "0 4 15W * MON",
            "0 0 * * 5L", "0 0 * * 5#3", "@daily", "0,30 2 * JAN,MAR-DEC FRI-SUN", "* * * * *", "59 23 31 12 7",
            "0 0 */2 * TUE", "@hourly", "0-59/7\t0-23/5 1-31/3 1-12/2 0-7/2",
        ].map { Array($0.utf8) },
        pieces: [
            "*", "/", "-", ",", " ", "\t", "L", "W", "LW", "#", "@", "?", "MON", "sun", "FEB", "dec", "0", "7", "*/",
            "5L", "1#5", "@reboot", "@every 5m", "H", "~", "CRON_TZ=UTC ", "é", "\u{660}", "\u{0}", "\n", "* * * * *",
        ].map { Array($0.utf8) },
        generate: { CronText.next(&$0) }
    ) { (input) throws(BrokenProperty) in
        let text = String(fuzzed: input)
        do {
            let expression = try CronExpression(text)
            try CronText.hold(expression, text, digest: input.digest)
            return true
        } catch let error as CronError {
            try require(
                (1...text.utf8.count + 1).contains(error.position),
                "\(error) points outside of \(text.utf8.count) bytes")
            try require(!error.message.isEmpty && !error.hint.isEmpty, "an error without words or a way out")
            return false
        } catch let error as BrokenProperty {
            throw error
        } catch {
            throw BrokenProperty("an error of another type: \(error)")
        }
    }
}

/// What is known of expressions.
private enum CronText {
    private static let zones: [Zone] =
        [
            "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo", "Antarctica/Troll",
            "Asia/Kolkata",
        ].compactMap { try? Zone($0) } + [.utc]

    static func hold(_ expression: CronExpression, _ text: String, digest: UInt64) throws(BrokenProperty) {
        try require(expression.text == text, "it says that it was written otherwise: \(expression.text)")
        let again = try? CronExpression(expression.description)
        try require(again == expression, "read again it is another one")
        let zone = zones[Int(digest % UInt64(zones.count))]
        // From the year 1872 to 2210, to the microsecond.
        var cursor = Instant(microseconds: Int64(truncatingIfNeeded: digest >> 10) - (1 << 53) + 4_600_000_000_000_000)
        for _ in 0..<2 {
            guard let tick = expression.nextTick(after: cursor, in: zone) else { break }
            try require(tick.instant > cursor, "the tick after \(cursor) in \(zone) is \(tick.instant)")
            cursor = tick.instant
        }
        if digest % 8 == 0 {
            try require(!expression.sentence(in: zone).isEmpty, "it has no sentence")
            let just = expression.next(after: cursor, in: zone)
            try require(just.map { $0 > cursor } ?? true, "the tick after a tick, \(cursor) in \(zone), is no later")
        }
    }

    static func next(_ random: inout RandomNumbers) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(48)
        for (index, range) in [0...59, 0...23, 1...31, 1...12, 0...7].enumerated() {
            if index > 0 { text.append(random.below(30) == 0 ? 9 : 32) }
            append(range, index, to: &text, &random)
        }
        return text
    }

    private static func append(
        _ range: ClosedRange<Int>, _ index: Int, to text: inout [UInt8], _ random: inout RandomNumbers
    ) {
        func number() -> Int { range.lowerBound + random.below(range.count) }
        func write(_ value: Int) { text.append(contentsOf: String(value).utf8) }
        var items = 1
        repeat {
            switch random.below(8) {
            case 0, 1, 2: text.append(UInt8(ascii: "*"))
            case 3:
                let first = number()
                write(first)
                text.append(UInt8(ascii: "-"))
                write(min(range.upperBound, first + random.below(range.count)))
            case 4 where index == 2: text.append(contentsOf: random.pick([Array("L".utf8), Array("15W".utf8)]))
            case 4 where index == 4: text.append(contentsOf: random.pick([Array("5L".utf8), Array("FRI#2".utf8)]))
            default: write(number())
            }
            if random.below(5) == 0 {
                text.append(UInt8(ascii: "/"))
                write(1 + random.below(range.upperBound))
            }
            items += 1
            guard items < 5, random.below(4) == 0 else { return }
            text.append(UInt8(ascii: ","))
        } while true
    }
}
