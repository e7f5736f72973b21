import Jobs
import JobsPostgres
import Postgres

/// `queue.snapshot`: drains while an idle transaction holds a snapshot, beside drains in a like cluster without one.
///
/// One daemon in each cluster lives all the time. The figure is of the last third of it: by then all that was done
/// since the beginning lies dead and cannot be vacuumed. BURSAR_BENCH_SNAPSHOT_SECONDS says how long; ten minutes are
/// 600.
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
                    return try await LiveQueue.with(free) { free in
                        try await LiveQueue.with(held) { held in try await measure(free: free, held: held) }
                    }
                }
                await holder.close()
                return [result(rounds)]
            }
        }
    }

    /// Jobs a second.
    private struct Round: Sendable {
        let free: Double
        let held: Double
    }

    private static func measure(free: LiveQueue, held: LiveQueue) async throws -> [Round] {
        let end = ContinuousClock.now + length
        var rounds: [Round] = []
        while ContinuousClock.now < end || rounds.count < roundsMin {
            rounds.append(Round(free: try await free.drain(jobs), held: try await held.drain(jobs)))
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

/// A queue of no-op jobs and a daemon that lives beside it.
private struct LiveQueue: Sendable {
    let database: BenchDatabase
    let filler: PostgresConnection
    let count: JobCount

    static func with<T: Sendable>(
        _ database: BenchDatabase, _ body: @Sendable (LiveQueue) async throws -> T
    ) async throws -> T {
        let queue = LiveQueue(
            database: database, filler: try await PostgresConnection.connect(to: database.address),
            count: JobCount(0))
        let value = try await BenchDaemon.with(
            database, definitions: [NoOpJob.definition(queue.count)], slots: NoOpDrain.slots,
            connections: NoOpDrain.connections
        ) { daemon in try await daemon.whileLive { try await body(queue) } }
        await queue.filler.close()
        return value
    }

    /// Jobs a second, from the commit that brings them all to the start of the last.
    func drain(_ jobs: Int) async throws -> Double {
        try await database.settle()
        count.expect(jobs)
        try await filler.transaction { transaction in
            try await transaction.enqueue(
                contentsOf: [NewJob](
                    repeating: NewJob(kind: NoOpJob.kind, payload: #"{"number": 12345}"#), count: jobs))
            try await database.control.execute("checkpoint")
        }
        let clock = ContinuousClock()
        let begun = clock.now
        await count.wait()
        return Double(jobs) / ((clock.now - begun) / .seconds(1))
    }
}
