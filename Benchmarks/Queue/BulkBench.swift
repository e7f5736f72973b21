import Jobs
import JobsPostgres
import Postgres

/// `queue.bulk`: a queue of no-op jobs is drained, from claim to durable completion, finished jobs kept.
enum BulkBench {
    private static let rounds = 5
    private static let jobs = BenchScale.of(200_000, step: 2 * LimitQueue.batch)
    private static let limitJobs = BenchScale.of(100_000, step: 2 * LimitQueue.batch)
    private static let goal = 0.7
    private static let peerRounds = 3
    private static let peerJobs = [
        "awa": BenchScale.of(10_000), "pgqueuer": BenchScale.of(20_000), "procrastinate": BenchScale.of(1_500),
    ]

    static func run() async throws -> [BenchResult] {
        try await BenchCluster.database { database in
            let limit = LimitQueue(database: database)
            try await limit.create()
            let peers = await Peers.installed()
            var figures = PeerFigures()
            var (ours, one, two): ([Drain], [Double], [Double]) = ([], [], [])
            for round in 0..<rounds {
                one.append(try await limit.drain(limitJobs, clients: 1))
                ours.append(try await NoOpDrain.run(jobs, database))
                two.append(try await limit.drain(limitJobs, clients: 2))
                guard round < peerRounds else { continue }
                figures.add(try await peers.measure(.drain, of: peerJobs, database), "rate")
            }
            let drain = ours.middle
            let ratio = drain.rate / two.median
            return [
                BenchResult(
                    bench: "queue.bulk", value: drain.rate, unit: "jobs/s", limit: two.median, ratio: ratio,
                    goal: ">= \(goal) of the limit by two connections", met: ratio >= goal,
                    peers: figures.medians, cost: drain.cost,
                    note: ["the limit by one connection: \(Int(one.median)) jobs/s", peers.note]
                        .compactMap(\.self).joined(separator: "; "))
            ]
        }
    }
}

/// One drain of a queue.
struct Drain: Sendable {
    /// Jobs a second.
    let rate: Double
    let cost: ProcessorCost
}

extension [Drain] {
    /// The one with the middle rate.
    var middle: Drain { sorted { $0.rate < $1.rate }[count / 2] }
}

/// Fills the queue with no-op jobs and has the engine drain it.
enum NoOpDrain {
    static let slots = 64
    static let connections = 4
    private static let fillStep = 1_000

    static func run(_ jobs: Int, _ database: BenchDatabase) async throws -> Drain {
        try await fill(jobs, database)
        let count = JobCount(jobs)
        let before = ProcessorUse.now(of: database)
        let seconds = try await BenchDaemon.with(
            database, definitions: [NoOpJob.definition(count)], slots: slots, connections: connections
        ) { try await $0.drain(until: count) }
        let cost = ProcessorUse.now(of: database).cost(since: before, pieces: jobs)
        let left = try await database.control.value(
            "select count(*) from bursar.job where run_at <= now()", as: Int64.self)
        guard left == 0 else { throw BenchFailure("\(left) jobs are left") }
        return Drain(rate: Double(jobs) / seconds, cost: cost)
    }

    private static func fill(_ jobs: Int, _ database: BenchDatabase) async throws {
        let share = [NewJob](repeating: NewJob(kind: NoOpJob.kind, payload: #"{"number": 12345}"#), count: fillStep)
        for _ in 0..<(jobs / fillStep) { try await database.control.enqueue(contentsOf: share) }
        try await database.settle()
    }
}
