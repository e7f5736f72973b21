import Cron
import Primitives

/// `cron.next`: time a next instant, allocations, parsing, and the batch door. Medians of rounds on one core.
enum CronBench {
    private static let rounds = 9
    private static let callsARound = 20_000
    private static let batchLines = 100_000
    private static let start = Instant(seconds: 1_735_689_600)

    /// Nanoseconds a call that others need, from the table in the research on cron; they share neither run nor rules.
    private static let cases:
        [(name: String, expression: String, zone: String, limit: Double, peers: [String: Double])] = [
            ("weekly", "0 6 * * 1", "Asia/Kolkata", 1_000, ["cronsim": 53_700, "ccronexpr": 32_700]),
            ("monthly", "0 2 1 * *", "Asia/Kolkata", 1_000, ["cronsim": 69_600, "ccronexpr": 87_400]),
            ("9-20", "0 9-20 * * *", "America/Argentina/Buenos_Aires", 1_000, ["cronsim": 12_800, "ccronexpr": 2_300]),
            ("*/5", "*/5 * * * *", "UTC", 1_000, ["cronsim": 10_500, "ccronexpr": 1_090]),
            ("29 Feb", "0 0 29 2 *", "UTC", 5_000, ["cronsim": 230_000, "ccronexpr": 88_400]),
            ("29 Feb, shifts", "0 0 29 2 *", "America/New_York", 5_000, [:]),
            ("daily, shifts", "30 2 * * *", "America/New_York", 1_000, ["cronsim": 47_400, "ccronexpr": 3_400]),
            ("wildcard, shifts", "*/15 2 * * 1", "America/New_York", 1_000, [:]),
        ]

    static func run() throws -> [BenchResult] {
        var results: [BenchResult] = []
        var bytes = 0
        let heap = HeapUse()
        for entry in cases {
            let expression = try CronExpression(entry.expression)
            let zone = try Zone(entry.zone)
            let nanoseconds = median { walk(expression, zone) }
            bytes += heap?.bytes { _ = walk(expression, zone) } ?? 0
            results.append(
                BenchResult(
                    bench: "cron.next \(entry.name)", value: nanoseconds, unit: "ns", limit: nil, ratio: nil,
                    goal: "< \(Int(entry.limit)) ns", met: nanoseconds < entry.limit, peers: entry.peers))
        }
        results.append(
            BenchResult(
                bench: "cron.next heap", value: Double(bytes), unit: "B", limit: nil, ratio: nil, goal: "0 B",
                met: heap != nil && bytes == 0, peers: [:]))
        results.append(try parsing())
        results.append(batch())
        return results
    }

    /// Nanoseconds a call while iterating; starts over before the horizon of years that RFC 3339 can write.
    private static func walk(_ expression: CronExpression, _ zone: Zone) -> Double {
        var cursor = start
        var checksum: Int64 = 0
        let elapsed = ContinuousClock().measure {
            for call in 0..<callsARound {
                if call % 100 == 0 { cursor = start }
                guard let next = expression.next(after: cursor, in: zone) else { break }
                cursor = next
                checksum &+= next.microseconds
            }
        }
        precondition(checksum != 0, "the loop must not be optimised away")
        return elapsed.inSeconds * 1e9 / Double(callsARound)
    }

    private static func parsing() throws -> BenchResult {
        let texts = ["0 6 * * 1", "0 2 1 * *", "0 9-20 * * *", "*/5 * * * *", "0,30 2 * JAN-JUN MON,5#3"]
        var parsed = 0
        let nanoseconds = median {
            let elapsed = ContinuousClock().measure {
                for call in 0..<callsARound where (try? CronExpression(texts[call % texts.count])) != nil {
                    parsed += 1
                }
            }
            return elapsed.inSeconds * 1e9 / Double(callsARound)
        }
        precondition(parsed == rounds * callsARound, "every text is an expression")
        return BenchResult(
            bench: "cron.parse", value: nanoseconds, unit: "ns", limit: nil, ratio: nil, goal: "< 5000 ns",
            met: nanoseconds < 5_000, peers: ["ccronexpr": 6_000, "supertinycron": 315])
    }

    /// The batch door without its pipes: JSON lines in, JSON lines out, five instants each, all lines different.
    private static func batch() -> BenchResult {
        let zones = [
            "Asia/Kolkata", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC", "Africa/Cairo",
            "America/Argentina/Buenos_Aires", "Pacific/Apia",
        ]
        let lines = (0..<batchLines).map { number in
            let time = "\(number % 60) \(number / 60 % 24)"
            let days = ["* * *", "* * 1-5", "1,15 * *", "L * *", "* */3 5#3"][number % 5]
            let after = Instant(seconds: start.seconds + Int64(number) * 7_919)
            return Array(
                #"{"expr":"\#(time) \#(days)","tz":"\#(zones[number % zones.count])","after":"\#(after)","count":5}"#
                    .utf8)
        }
        var bytes = 0
        let elapsed = ContinuousClock().measure {
            var batch = CronBatch()
            var output: [UInt8] = []
            for line in lines {
                batch.answer(line, into: &output)
                bytes += output.count
                output.removeAll(keepingCapacity: true)
            }
        }
        precondition(bytes > batchLines, "every line has an answer")
        return BenchResult(
            bench: "cron.batch 100,000 lines", value: elapsed.inSeconds, unit: "s", limit: nil, ratio: nil,
            goal: "< 0.7 s", met: elapsed.inSeconds < 0.7, peers: [:])
    }

    private static func median(_ round: () -> Double) -> Double {
        (0..<rounds).map { _ in round() }.sorted()[rounds / 2]
    }
}
