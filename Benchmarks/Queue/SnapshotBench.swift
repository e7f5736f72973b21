import Postgres

/// `queue.snapshot`: drains while an idle transaction holds a snapshot, beside drains in a like cluster without one.
///
/// The figure is of the last third of the time: by then all that was done since the beginning lies dead and cannot be
/// vacuumed. BURSAR_BENCH_SNAPSHOT_SECONDS says how long; ten minutes are 600.
enum SnapshotBench {
    private static let jobs = BenchScale.of(100_000, step: LimitQueue.batch)
    private static let length = Duration.seconds(BenchScale.setting("BURSAR_BENCH_SNAPSHOT_SECONDS", default: 120))
    private static let goal = 0.9
    private static let roundsMin = 3

    static func run() async throws -> [BenchResult] {
        try await BenchCluster.database { free in
            try await BenchCluster.database { held in
                let holder = try await PostgresConnection.connect(to: held.address)
                let rounds = try await holder.transaction(isolation: .repeatableRead) { snapshot in
                    _ = try await snapshot.value("select count(*) from bursar.job", as: Int64.self)
                    return try await measure(free: free, held: held)
                }
                await holder.close()
                return [result(rounds)]
            }
        }
    }

    private struct Round: Sendable {
        let free: Double
        let held: Double
    }

    private static func measure(free: BenchDatabase, held: BenchDatabase) async throws -> [Round] {
        let end = ContinuousClock.now + length
        var rounds: [Round] = []
        while ContinuousClock.now < end || rounds.count < roundsMin {
            rounds.append(
                Round(
                    free: try await NoOpDrain.run(jobs, free).rate, held: try await NoOpDrain.run(jobs, held).rate))
        }
        return rounds
    }

    private static func result(_ rounds: [Round]) -> BenchResult {
        let last = rounds.suffix(max(rounds.count / 3, 1))
        let (free, held) = (last.map(\.free).median, last.map(\.held).median)
        return BenchResult(
            bench: "queue.snapshot", value: held, unit: "jobs/s", limit: free, ratio: held / free,
            goal: ">= \(goal) of itself without", met: held >= goal * free, peers: [:],
            note: "held for \(Int(length / .seconds(1))) s, over \(rounds.count * jobs) jobs")
    }
}
