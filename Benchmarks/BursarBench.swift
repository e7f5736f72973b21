// bursar-bench: the figures that the targets name, each beside its limit measured in the same run on the same cluster.
//
// Prints one JSON line a figure and then a table. Absolute figures say the machine; ratios say the program. Arguments
// select benches by the beginning of their names. Durable commits throughout: no setting is relaxed for a better
// figure.

import Glibc

/// Runs the benches that the arguments select, all of them without arguments.
@main
struct BursarBench {
    static func main() async {
        let wanted = CommandLine.arguments.dropFirst()
        func isWanted(_ name: String) -> Bool { wanted.isEmpty || wanted.contains { name.hasPrefix($0) } }
        var results: [BenchResult] = []
        do {
            if isWanted("cron.next") { results += show(try CronBench.run()) }
            if isWanted("start") { results += show(try await StartBench.run()) }
            if isWanted("size.idle") { results += show(try await IdleBench.run()) }
            if isWanted("queue.bulk") { results += show(try await BulkBench.run()) }
            if isWanted("queue.money") { results += show(try await MoneyBench.run()) }
            if isWanted("queue.latency") { results += show(try await LatencyBench.run()) }
            if isWanted("schedule.burst") { results += show(try await BurstBench.run()) }
            if isWanted("schedule.lateness") { results += show(try await LatenessBench.run()) }
            if isWanted("investments.full") { results += show(try await InvestmentsBench.run()) }
        } catch {
            print("bursar-bench: \(error)")
            exit(70)
        }
        table(results)
    }

    private static func show(_ results: [BenchResult]) -> [BenchResult] {
        for result in results { print(result.line) }
        return results
    }

    private static func table(_ results: [BenchResult]) {
        print("")
        let width = results.map(\.bench.count).max() ?? 0
        for result in results {
            let name = result.bench + String(repeating: " ", count: width - result.bench.count)
            let ratio = result.ratio.map { "  ratio \(rounded($0))" } ?? ""
            let mark = result.met ? "ok  " : "MISS"
            print("\(mark) \(name)  \(rounded(result.value)) \(result.unit)\(ratio)  (\(result.goal))")
        }
    }

    private static func rounded(_ value: Double) -> String {
        let scaled = (value * 1_000).rounded() / 1_000
        return value >= 1_000 ? "\(Int(value.rounded()))" : "\(scaled)"
    }
}
