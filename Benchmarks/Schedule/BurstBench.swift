import Cron
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling

/// `schedule.burst`: many schedules due at one instant, from that instant until the jobs of all are committed, beside
/// one plain statement that does as much.
enum BurstBench {
    private static let rounds = 7
    private static let cases: [(schedules: Int, goal: Double)] = [(1_000, 25), (10_000, 250)]
    /// From the shift of the clock to the ticks: time to go to sleep in.
    private static let lead = Duration.milliseconds(700)

    static func run() async throws -> [BenchResult] {
        var results: [BenchResult] = []
        for (schedules, goal) in cases { results.append(try await run(schedules, goal: goal)) }
        return results
    }

    private static func run(_ schedules: Int, goal: Double) async throws -> BenchResult {
        try await BenchCluster.database { database in
            let time = ShiftedTime()
            return try await PostgresPool.withPool(
                address: database.address, size: 4, options: ConnectionOptions(settings: EnginePlans.settings)
            ) { pool in
                try await ScheduleRegistry(pool: pool, time: time).apply(try Self.schedules(schedules))
                let (stamps, stamp) = AsyncStream<StampedTickStore.Stamp>.makeStream()
                let scheduler = Scheduler(
                    store: StampedTickStore(
                        base: PostgresTickStore(pool: pool, time: time, logger: BenchDaemon.logger), time: time,
                        stamps: stamp),
                    timer: time, time: time, logger: BenchDaemon.logger, onEnqueued: {})
                async let _: Void = scheduler.run()
                var (ours, limit): ([Double], [Double]) = ([], [])
                for _ in 0..<rounds {
                    try await clear(database)
                    limit.append(try await advancePlainly(schedules, at: time, database))
                    try await clear(database)
                    ours.append(try await burst(schedules, scheduler, time, stamps))
                }
                return result(schedules, ours.median, limit.median, goal)
            }
        }
    }

    private static func result(_ schedules: Int, _ ours: Double, _ limit: Double, _ goal: Double) -> BenchResult {
        BenchResult(
            bench: "schedule.burst \(schedules)", value: ours, unit: "ms", limit: limit, ratio: ours / limit,
            goal: "<= \(Int(goal)) ms", met: ours <= goal, peers: [:])
    }

    private static func schedules(_ count: Int) throws -> [Schedule] {
        let everyMinute = try CronExpression("* * * * *")
        return (1...count).map {
            Schedule(
                name: "bench-\($0)", kind: NoOpJob.kind.name, expression: everyMinute, zone: .utc, catchUp: .latest)
        }
    }

    /// No job is left of the round before, which would hold a tick up.
    private static func clear(_ database: BenchDatabase) async throws {
        try await database.control.script("truncate bursar.job; truncate bursar.tick; truncate bursar.run cascade")
        try await database.settle()
    }

    /// Milliseconds from the due instant to the last commit.
    private static func burst(
        _ schedules: Int, _ scheduler: Scheduler, _ time: ShiftedTime,
        _ stamps: AsyncStream<StampedTickStore.Stamp>
    ) async throws -> Double {
        let due = time.advance(leaving: lead)
        scheduler.reconsider()
        var enqueued = 0
        for await stamp in stamps {
            enqueued += stamp.enqueued
            if enqueued >= schedules { return (stamp.at - due) / .milliseconds(1) }
        }
        throw BenchFailure("\(enqueued) of \(schedules) jobs were enqueued")
    }

    /// Milliseconds of one statement that moves every schedule by a minute and inserts the tick, the job and the run of
    /// each.
    private static func advancePlainly(
        _ schedules: Int, at time: ShiftedTime, _ database: BenchDatabase
    ) async throws -> Double {
        let clock = ContinuousClock()
        let begun = clock.now
        let moved = try await database.control.first(AdvancePlainly(now: time.now()))
        let elapsed = clock.now - begun
        guard moved == Int64(schedules) else { throw BenchFailure("\(moved ?? 0) of \(schedules) schedules moved") }
        // The tick itself is ours to decide.
        try await database.control.script(
            """
            update bursar.schedule set next_due = cursor, cursor = cursor - interval '1 minute'
            """)
        return elapsed / .milliseconds(1)
    }
}

/// The effect of a tick of every schedule, in the plainest words.
private struct AdvancePlainly: Statement {
    let now: Instant

    static let sql = """
        with advanced as (
            update bursar.schedule set cursor = next_due, next_due = next_due + interval '1 minute'
            returning id, name, kind, payload, money, zone, cursor),
        decided as (
            insert into bursar.tick (schedule_id, key, instant, nominal, decision, job_id, decided_at)
            select id, to_char(cursor at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), cursor,
                   cursor at time zone 'UTC', 'enqueued', nextval('bursar.job_id'), $1
            from advanced
            returning schedule_id, instant, nominal, job_id),
        enqueued as (
            insert into bursar.job (id, kind, payload, state, run_at, order_key, money, created_at)
            select d.job_id, a.kind, a.payload, 'waiting', d.instant, 'schedule/' || a.id, a.money, $1
            from decided d join advanced a on a.id = d.schedule_id),
        begun as (
            insert into bursar.run
                (execution_id, job_id, kind, schedule_id, trigger, source, tick_instant, tick_nominal, tick_zone,
                 created_at)
            select gen_random_uuid(), d.job_id, a.kind, a.id, 'scheduled', a.name, d.instant, d.nominal, a.zone, $1
            from decided d join advanced a on a.id = d.schedule_id)
        select count(*) from decided
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}
