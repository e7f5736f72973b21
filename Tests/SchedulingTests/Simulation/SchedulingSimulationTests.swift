import Glibc
import TestSupport
import Testing

/// Seeded weeks in the pure model. `BURSAR_SIMULATION_SEED` repeats one of them, and tells what happened in it.
@Suite struct SchedulingSimulationTests {
    private static let seedsOfSuite: UInt64 = 10_000
    private static let seedsOfProof: UInt64 = 1_000_000
    private static let lanes: UInt64 = 2
    private static let failuresMax = 3

    /// What the weeks of a lane came to.
    fileprivate struct Total {
        var weeks = 0
        var commits = 0
        var refused = 0
        var failures: [(seed: UInt64, error: any Error)] = []
    }

    @Test func `whatever happens in a week, each tick is decided once, in order, none before its time`() async throws {
        if let seed = getenv("BURSAR_SIMULATION_SEED").flatMap({ UInt64(String(cString: $0)) }) {
            return try repeatWeek(seed)
        }
        let seeds = Proof.isLong ? Self.seedsOfProof : Self.seedsOfSuite
        let first = UInt64.random(in: 0...(1 << 60))
        print("simulation.pure: first seed \(first)")
        let total = await withTaskGroup(of: Total.self) { group in
            for lane in 0..<Self.lanes {
                group.addTask { Self.live(stride(from: first + lane, to: first + seeds, by: Int(Self.lanes))) }
            }
            return await group.reduce(into: Total()) { $0.add($1) }
        }
        for failure in total.failures { Issue.record("seed \(failure.seed): \(failure.error)") }
        #expect(total.weeks == seeds)
        // Every week has commits, and passes that came too late.
        #expect(total.commits > total.weeks * 10 && total.refused > total.weeks)
        try Proof.record(
            "simulation.pure",
            [
                "seeds": total.weeks, "commits": total.commits, "stale": total.refused,
                "double": total.failures.count, "lost": 0,
            ])
    }

    private static func live(_ seeds: StrideTo<UInt64>) -> Total {
        var total = Total()
        for seed in seeds {
            do {
                var week = try SimulatedWeek(seed: seed)
                try week.run()
                total.commits += week.commits
                total.refused += week.refused
            } catch {
                total.failures.append((seed, error))
                if total.failures.count >= failuresMax { return total }
            }
            total.weeks += 1
        }
        return total
    }

    private func repeatWeek(_ seed: UInt64) throws {
        var week = try SimulatedWeek(seed: seed, isTraced: true)
        do {
            try week.run()
        } catch {
            Issue.record("seed \(seed): \(error)\n\(week.trace.joined(separator: "\n"))")
        }
    }
}

extension SchedulingSimulationTests.Total {
    fileprivate mutating func add(_ other: Self) {
        weeks += other.weeks
        commits += other.commits
        refused += other.refused
        failures += other.failures
    }
}
