import Jobs
import JobsPostgres
import Postgres

/// `queue.enqueue`: many jobs at once, a thousand at once, and one by one within a caller's transaction.
enum EnqueueBench {
    private static let rounds = 5
    private static let jobs = BenchScale.of(100_000, step: LimitEnqueue.batch)
    private static let singleJobs = BenchScale.of(5_000, step: singlesATransaction)
    private static let singlesATransaction = 100
    private static let peerRounds = 3
    private static let peerJobs = [
        "awa": BenchScale.of(50_000), "pgqueuer": BenchScale.of(50_000), "procrastinate": BenchScale.of(10_000),
    ]
    private static let goals = (bulk: 0.6, batch: 0.8, single: 0.8)

    /// Jobs a second.
    private struct Rates {
        var ours: [Double] = []
        var limit: [Double] = []
    }

    static func run() async throws -> [BenchResult] {
        try await BenchCluster.database { database in
            try await LimitQueue(database: database).create()
            let limit = LimitEnqueue(database: database)
            let peers = await Peers.installed()
            var figures = PeerFigures()
            var (bulk, batch, single) = (Rates(), Rates(), Rates())
            for round in 0..<rounds {
                bulk.limit.append(try await limit.copy(jobs))
                bulk.ours.append(try await rate(of: jobs, database) { try await enqueue(jobs, database) })
                batch.limit.append(try await limit.unnest(jobs))
                batch.ours.append(
                    try await rate(of: jobs, database) {
                        for _ in 0..<(jobs / LimitEnqueue.batch) { try await enqueue(LimitEnqueue.batch, database) }
                    })
                single.limit.append(try await limit.single(singleJobs))
                single.ours.append(try await rate(of: singleJobs, database) { try await enqueueSingly(database) })
                guard round < peerRounds else { continue }
                figures.add(try await peers.measure(.enqueue, of: peerJobs, database), "rate")
            }
            return [
                result("bulk", bulk, goals.bulk, of: "binary COPY", figures.medians, peers.note),
                result("by the thousand", batch, goals.batch, of: "INSERT of 1,000 from an array"),
                result("one by one", single, goals.single, of: "INSERTs in a transaction"),
            ]
        }
    }

    private static func result(
        _ name: String, _ rates: Rates, _ goal: Double, of limit: String, _ peers: [String: Double] = [:],
        _ note: String? = nil
    ) -> BenchResult {
        let ratio = rates.ours.median / rates.limit.median
        return BenchResult(
            bench: "queue.enqueue \(name)", value: rates.ours.median, unit: "jobs/s", limit: rates.limit.median,
            ratio: ratio, goal: ">= \(goal) of \(limit)", met: ratio >= goal, peers: peers, note: note)
    }

    private static func rate(
        of jobs: Int, _ database: BenchDatabase, _ body: () async throws -> Void
    ) async throws -> Double {
        try await database.control.execute("truncate bursar.job")
        try await database.settle()
        let clock = ContinuousClock()
        let begun = clock.now
        try await body()
        return Double(jobs) / ((clock.now - begun) / .seconds(1))
    }

    private static let job = NewJob(kind: NoOpJob.kind, payload: #"{"number": 12345}"#)

    private static func enqueue(_ jobs: Int, _ database: BenchDatabase) async throws {
        try await database.control.enqueue(contentsOf: [NewJob](repeating: job, count: jobs))
    }

    private static func enqueueSingly(_ database: BenchDatabase) async throws {
        for _ in 0..<(singleJobs / singlesATransaction) {
            try await database.control.transaction { transaction in
                for _ in 0..<singlesATransaction { _ = try await transaction.enqueue(job) }
            }
        }
    }
}
