import Jobs
import JobsPostgres
import Postgres

/// `queue.latency`: from the call of enqueue to the start of the handler, on an idle queue, beside a durable insert
/// with a notification and a durable claim upon it, on two bare connections.
enum LatencyBench {
    private static let rounds = 5
    private static let samplesARound = BenchScale.of(100)
    private static let goal = 1.5
    /// Between two samples, so that each finds the queue idle.
    private static let pause = Duration.milliseconds(15)

    private static let peerSamples = [
        "awa": BenchScale.of(200), "pgqueuer": BenchScale.of(200), "procrastinate": BenchScale.of(200),
    ]

    /// Milliseconds.
    private struct Samples: Sendable {
        var limit: [Double] = []
        var ours: [Double] = []
    }

    static func run() async throws -> [BenchResult] {
        try await BenchCluster.database { database in
            let limit = try await LimitLatency(database)
            let (starts, start) = AsyncStream<ContinuousClock.Instant>.makeStream()
            let samples = try await BenchDaemon.with(
                database, definitions: [StampJob.definition(start)], slots: 4, connections: 4
            ) { daemon in
                try await daemon.whileLive { try await measure(database, limit, starts) }
            }
            await limit.close()
            let peers = await Peers.installed()
            let theirs = try await peers.measure(.latency, of: peerSamples, database)
            return [50, 99].map { share in
                result(at: share, samples, theirs.compactMapValues { $0["p\(Int(share))"] }, peers.note)
            }
        }
    }

    private static func result(
        at share: Double, _ samples: Samples, _ peers: [String: Double], _ note: String?
    ) -> BenchResult {
        let (ours, limit) = (samples.ours.percentile(share), samples.limit.percentile(share))
        return BenchResult(
            bench: "queue.latency p\(Int(share))", value: ours, unit: "ms", limit: limit, ratio: ours / limit,
            goal: "<= \(goal)x", met: ours <= goal * limit, peers: peers, note: note)
    }

    private static func measure(
        _ database: BenchDatabase, _ limit: LimitLatency, _ starts: AsyncStream<ContinuousClock.Instant>
    ) async throws -> Samples {
        _ = try await sample(database, starts)
        var samples = Samples()
        for _ in 0..<rounds {
            for _ in 0..<samplesARound {
                try await ContinuousClock().sleep(for: pause)
                samples.limit.append(try await limit.sample())
            }
            for _ in 0..<samplesARound {
                try await ContinuousClock().sleep(for: pause)
                samples.ours.append(try await sample(database, starts))
            }
        }
        return samples
    }

    private static func sample(
        _ database: BenchDatabase, _ starts: AsyncStream<ContinuousClock.Instant>
    ) async throws -> Double {
        let begun = ContinuousClock.now
        _ = try await database.control.enqueue(NewJob(kind: StampJob.kind))
        for await start in starts { return (start - begun) / .milliseconds(1) }
        throw BenchFailure("no handler began")
    }
}

/// A job that tells when it began.
private actor StampJob: Job {
    static let kind: JobKind = "bench.stamp"
    private let start: AsyncStream<ContinuousClock.Instant>.Continuation

    init(_ start: AsyncStream<ContinuousClock.Instant>.Continuation) {
        self.start = start
    }

    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        start.yield(.now)
        return .done(RunReport(totals: "{}", hasWarnings: false))
    }

    static func definition(
        _ start: AsyncStream<ContinuousClock.Instant>.Continuation
    ) -> JobDefinition<PostgresJobStore> {
        JobDefinition(kind: kind, money: false, retry: RetryPolicy(), deadline: .seconds(600)) { StampJob(start) }
    }
}
