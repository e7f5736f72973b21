import Jobs
import JobsPostgres
import Postgres

/// `queue.money`: jobs that each post one transfer and end in the same fenced transaction, beside pgbench running the
/// same statements on the same tables at the same concurrency.
enum MoneyBench {
    private static let rounds = 5
    private static let jobs = BenchScale.of(12_000, step: concurrency * concurrency)
    private static let concurrency = 8
    private static let goal = 0.85

    static func run() async throws -> [BenchResult] {
        try await BenchCluster.database { database in
            try await database.control.script(InsertTransfer.table)
            let fence = try await drain(concurrency, database).fence
            var (ours, limit): ([Drain], [Drain]) = ([], [])
            for _ in 0..<rounds {
                limit.append(try await drainByPgbench(fence, database))
                ours.append(try await drain(jobs, database).drain)
            }
            let (drain, best) = (ours.middle, limit.middle)
            let ratio = drain.rate / best.rate
            return [
                BenchResult(
                    bench: "queue.money", value: drain.rate, unit: "jobs/s", limit: best.rate, ratio: ratio,
                    goal: ">= \(goal)", met: ratio >= goal, peers: [:], cost: drain.cost,
                    note: "\(concurrency) connections, one commit a job; "
                        + "of the limit the server's part is \(Int(best.cost.server)) us a job")
            ]
        }
    }

    /// Has the engine drain so many jobs; also the text of its fence.
    private static func drain(_ jobs: Int, _ database: BenchDatabase) async throws -> (drain: Drain, fence: String) {
        try await fill(jobs, database)
        let count = JobCount(jobs)
        let before = ProcessorUse.now(of: database)
        let (seconds, fence) = try await BenchDaemon.with(
            database, definitions: [TransferJob.definition(count)], slots: 2 * concurrency, connections: concurrency
        ) { daemon in
            let seconds = try await daemon.drain(until: count)
            return (seconds, try await PreparedText.of("FinishJob", in: daemon.pool, connections: concurrency))
        }
        let cost = ProcessorUse.now(of: database).cost(since: before, pieces: jobs)
        try await check(jobs, database)
        return (Drain(rate: Double(jobs) / seconds, cost: cost), fence)
    }

    private static func drainByPgbench(_ fence: String, _ database: BenchDatabase) async throws -> Drain {
        try await fill(jobs, database)
        let before = ProcessorUse.now(of: database)
        let rate = try await Pgbench(
            script: script(fence), clients: concurrency, transactions: jobs / concurrency / concurrency
        ).rate(database)
        let cost = ProcessorUse.now(of: database).cost(since: before, pieces: jobs)
        try await check(jobs, database)
        return Drain(rate: rate * Double(concurrency), cost: cost)
    }

    private static func fill(_ jobs: Int, _ database: BenchDatabase) async throws {
        try await database.control.execute("truncate bench_transfer")
        let share = [NewJob](
            repeating: NewJob(kind: TransferJob.kind, payload: #"{"number": 12345}"#, money: true), count: jobs)
        try await database.control.enqueue(contentsOf: share)
        try await database.settle()
    }

    private static func check(_ jobs: Int, _ database: BenchDatabase) async throws {
        let posted = try await database.control.value("select count(*) from bench_transfer", as: Int64.self)
        let left = try await database.control.value("select count(*) from bursar.job", as: Int64.self)
        guard posted == jobs, left == 0 else {
            throw BenchFailure("\(posted) transfers for \(jobs) jobs, \(left) of which are left")
        }
    }

    /// A claim of as many jobs as there are connections, in the plainest words, then a transaction for each of them.
    private static func script(_ fence: String) -> String {
        let claim = """
            with ready as materialized (
                select id from bursar.job
                where kind = '\(TransferJob.kind)' and priority = 0 and run_at <= clock_timestamp()
                  and state = 'waiting' and not held
                order by run_at, id limit \(concurrency) for update skip locked),
            taken as (
                update bursar.job j
                set state = 'running', lease = nextval('bursar.lease_number'), daemon_id = gen_random_uuid(),
                    attempt = attempt + 1, claimed_at = clock_timestamp(),
                    deadline = clock_timestamp() + interval '10 minutes'
                from ready where j.id = ready.id
                returning j.id, j.lease, j.payload)
            select array_agg(id) as ids, array_agg(lease) as leases from taken
            \\gset

            """
        return claim + (1...concurrency).map { transaction($0, fence) }.joined()
    }

    private static func transaction(_ number: Int, _ fence: String) -> String {
        let (job, lease) = ("((:ids)::bigint[])[\(number)]", "((:leases)::bigint[])[\(number)]")
        let values = [job, lease, "'success'", "'{}'", "null::timestamptz"]
        return """
            begin;
            \(PreparedText.filling(InsertTransfer.sql, with: [job]));
            \(PreparedText.filling(fence, with: values));
            commit;

            """
    }
}
