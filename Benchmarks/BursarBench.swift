// bursar-bench: the figures that the targets name, each beside its limit measured in the same run on the same cluster.
//
// Prints one JSON line a figure and then a table. Absolute figures say the machine; ratios say the program. Arguments
// select benches by the beginning of their names. Durable commits throughout: no setting is relaxed for a better
// figure.

import Glibc

/// Runs the benches that the arguments select, all of them without arguments.
@main
struct BursarBench {
    /// In this order; each is given up when it takes longer than its limit, and the others go on.
    private static let benches: [(name: String, limit: Duration, run: @Sendable () async throws -> [BenchResult])] = [
        ("cron.next", .seconds(120), { try CronBench.run() }),
        ("start", .seconds(120), { try await StartBench.run() }),
        ("size.idle", .seconds(900), { try await IdleBench.run() }),
        ("size.run", .seconds(900), { try await RunSizeBench.run() }),
        ("queue.bulk", .seconds(300), { try await BulkBench.run() }),
        ("queue.money", .seconds(240), { try await MoneyBench.run() }),
        ("queue.enqueue", .seconds(240), { try await EnqueueBench.run() }),
        ("queue.latency", .seconds(240), { try await LatencyBench.run() }),
        ("queue.snapshot", .seconds(900), { try await SnapshotBench.run() }),
        ("queue.depth", .seconds(900), { try await DepthBench.run() }),
        ("schedule.burst", .seconds(240), { try await BurstBench.run() }),
        ("schedule.lateness", .seconds(150), { try await LatenessBench.run() }),
        ("investments.full", .seconds(900), { try await InvestmentsBench.run() }),
    ]

    static func main() async {
        let wanted = CommandLine.arguments.dropFirst()
        let selected = benches.filter { bench in wanted.isEmpty || wanted.contains { bench.name.hasPrefix($0) } }
        var results: [BenchResult] = []
        var failures = 0
        do {
            print(try await Conditions.measure().line)
        } catch {
            print("bursar-bench: \(error)")
            exit(70)
        }
        for bench in selected {
            do {
                results += show(try await measure(bench.run, within: bench.limit))
            } catch {
                failures += 1
                print("bursar-bench: \(bench.name): \(error)")
            }
        }
        table(results)
        if failures > 0 { exit(70) }
    }

    private static func measure(
        _ bench: @escaping @Sendable () async throws -> [BenchResult], within limit: Duration
    ) async throws -> [BenchResult] {
        try await withThrowingTaskGroup(of: [BenchResult]?.self) { group in
            group.addTask { try await bench() }
            group.addTask {
                try await ContinuousClock().sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let results = try await group.next() ?? nil else { throw BenchFailure("not done within \(limit)") }
            return results
        }
    }

    private static func show(_ results: [BenchResult]) -> [BenchResult] {
        for result in results { print(result.line) }
        // Seen at once also where it goes to a file.
        fflush(nil)
        return results
    }

    private static func table(_ results: [BenchResult]) {
        print("")
        let width = results.map(\.bench.count).max() ?? 0
        for result in results {
            let name = result.bench + String(repeating: " ", count: width - result.bench.count)
            let ratio = result.ratio.map { "  ratio \(rounded($0))" } ?? ""
            let peers = result.peers.sorted { $0.key < $1.key }.map { "\($0.key) \(rounded($0.value))" }
            let beside = peers.isEmpty ? "" : "  beside " + peers.joined(separator: ", ")
            let mark = result.met ? "ok  " : "MISS"
            print("\(mark) \(name)  \(rounded(result.value)) \(result.unit)\(ratio)  (\(result.goal))\(beside)")
        }
    }

    private static func rounded(_ value: Double) -> String {
        let scaled = (value * 1_000).rounded() / 1_000
        return value >= 1_000 ? "\(Int(value.rounded()))" : "\(scaled)"
    }
}
