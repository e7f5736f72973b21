import Cron
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling

/// `schedule.lateness`: a lone tick a second, from its due instant to the start of its job, beside a bare timer.
enum LatenessBench {
    private static let ticks = BenchScale.of(60)
    private static let goal = 3.0
    private static let pause = Duration.milliseconds(500)

    /// Milliseconds.
    private struct Samples: Sendable {
        var limit: [Double] = []
        var ours: [Double] = []
    }

    static func run() async throws -> [BenchResult] {
        try await BenchCluster.database { database in
            let time = ShiftedTime()
            let (starts, start) = AsyncStream<Instant>.makeStream()
            let definition = JobDefinition<PostgresJobStore>(
                kind: NoOpJob.kind, money: false, retry: RetryPolicy(), deadline: .seconds(600)
            ) { ClockedJob(time, start) }
            let samples = try await BenchDaemon.with(
                database, definitions: [definition], slots: 4, connections: 4, time: time
            ) { daemon in
                try await daemon.whileLive { try await measure(daemon, time, starts) }
            }
            return [50, 99].map { result(at: $0, samples) }
        }
    }

    private static func result(at share: Double, _ samples: Samples) -> BenchResult {
        let (ours, limit) = (samples.ours.percentile(share), samples.limit.percentile(share))
        return BenchResult(
            bench: "schedule.lateness p\(Int(share))", value: ours, unit: "ms", limit: limit, ratio: ours / limit,
            goal: "<= \(Int(goal)) ms", met: ours <= goal, peers: [:])
    }

    private static func measure(
        _ daemon: BenchDaemon, _ time: ShiftedTime, _ starts: AsyncStream<Instant>
    ) async throws -> Samples {
        try await ScheduleRegistry(pool: daemon.pool, time: time).apply([
            Schedule(
                name: "bench", kind: NoOpJob.kind.name, expression: try CronExpression("* * * * *"), zone: .utc)
        ])
        let scheduler = Scheduler(
            store: PostgresTickStore(pool: daemon.pool, time: time, logger: BenchDaemon.logger), timer: time,
            time: time, logger: BenchDaemon.logger, onEnqueued: { daemon.dispatcher.poke() })
        async let _: Void = scheduler.run()
        _ = try await tick(scheduler, time, starts)
        var samples = Samples()
        for _ in 0..<ticks {
            let wake = time.now() + pause
            await time.sleep(until: wake)
            samples.limit.append((time.now() - wake) / .milliseconds(1))
            samples.ours.append(try await tick(scheduler, time, starts))
        }
        return samples
    }

    /// Milliseconds that the job of the next tick begins late.
    private static func tick(
        _ scheduler: Scheduler, _ time: ShiftedTime, _ starts: AsyncStream<Instant>
    ) async throws -> Double {
        let due = time.advance(leaving: pause)
        scheduler.reconsider()
        for await start in starts { return (start - due) / .milliseconds(1) }
        throw BenchFailure("no job began")
    }
}

/// A job that tells the instant at which it began.
private actor ClockedJob: Job {
    private let time: ShiftedTime
    private let start: AsyncStream<Instant>.Continuation

    init(_ time: ShiftedTime, _ start: AsyncStream<Instant>.Continuation) {
        self.time = time
        self.start = start
    }

    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        start.yield(time.now())
        return .done(RunReport(totals: "{}", hasWarnings: false))
    }
}
