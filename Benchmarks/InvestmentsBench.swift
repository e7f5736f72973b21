import Glibc
import Investments
import Jobs
import JobsPostgres
import Logging
import Postgres
import Primitives

/// `investments.full` and `investments.hourly`: a run beside what PostgreSQL needs just to hand the investments out and
/// to take the results in, both by binary COPY.
enum InvestmentsBench {
    private static let school = BenchSchool(students: 100_000, investmentsEach: 10, classes: 2_000, ratesEach: 6)
    private static let rounds = 3

    static func run() async throws -> [BenchResult] {
        try await BenchCluster.with { address, uri in
            let pool = PostgresPool(address: address, size: 6)
            return try await withThrowingTaskGroup(of: [BenchResult]?.self) { group in
                group.addTask {
                    await pool.run()
                    return nil
                }
                try await school.load(into: pool)
                let results = try await measure(pool, address: address, uri: uri)
                group.cancelAll()
                return results
            }
        }
    }

    private static func measure(
        _ pool: PostgresPool, address: PostgresAddress, uri: String
    ) async throws -> [BenchResult] {
        var full: [Double] = []
        var hourly: [Double] = []
        var fullLimits: [Double] = []
        var hourlyLimits: [Double] = []
        for round in 0..<rounds {
            let out = copyOut("select student_id, fecha, monto from investments.investments", uri)
            full.append(try await value(.full, round: round, pool, address))
            let sums = copyOut("select student_id, discounted, magnitude from investments.result_1", uri)
            hourly.append(try await value(.incremental, round: round, pool, address))
            let back = try await copyBack(pool, uri)
            fullLimits.append(out + back)
            hourlyLimits.append(sums + back)
        }
        return [
            result("investments.full 100k x 10", full, fullLimits, goal: 2),
            result("investments.hourly 100k", hourly, hourlyLimits, goal: 2),
        ]
    }

    private static func result(_ name: String, _ times: [Double], _ limits: [Double], goal: Double) -> BenchResult {
        let time = times.sorted()[times.count / 2]
        let limit = limits.sorted()[limits.count / 2]
        return BenchResult(
            bench: name, value: time, unit: "s", limit: limit, ratio: time / limit, goal: "<= \(goal)x",
            met: time <= goal * limit, peers: [:])
    }

    private static func copyOut(_ query: String, _ uri: String) -> Double {
        BenchCluster.seconds("psql -qX -d '\(uri)' -c \"\\copy (\(query)) to '/dev/null' (format binary)\"")
    }

    /// What it takes to write the rows of the last run's partition into a table with its key.
    private static func copyBack(_ pool: PostgresPool, _ uri: String) async throws -> Double {
        let file = "/tmp/bursar-bench-\(getpid()).copy"
        let run = try await pool.value("select max(run_no) from investments.valuation", as: Int32.self)
        try await pool.execute("drop table if exists bench_result")
        try await pool.execute("create table bench_result (like investments.result including all)")
        _ = BenchCluster.seconds(
            "psql -qX -d '\(uri)' -c \"\\copy investments.result_\(run) to '\(file)' (format binary)\"")
        defer { unlink(file) }
        return BenchCluster.seconds(
            "psql -qX -d '\(uri)' -c \"\\copy bench_result from '\(file)' (format binary)\"")
    }

    /// The seconds from the claim of a run to its commit, as its own row tells them.
    private static func value(
        _ mode: ValuationRequest.Mode, round: Int, _ pool: PostgresPool, _ address: PostgresAddress
    ) async throws -> Double {
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let session = DaemonSession(
            address: address,
            identity: DaemonSession.Identity(
                host: "bench", pid: getpid(), build: "bench", kinds: [ValueInvestments.kind]),
            logger: logger)
        let store = PostgresJobStore(
            pool: pool, session: session, kinds: [KindLimits(kind: ValueInvestments.kind, deadline: .seconds(600))],
            liveness: Liveness())
        try await store.beat()
        let execution = ExecutionID.make(at: SystemTime().now())
        _ = try await pool.enqueue(
            NewJob(
                kind: ValueInvestments.kind, payload: #"{"mode":"\#(mode.rawValue)"}"#,
                run: NewRun(execution: execution, trigger: .manual, source: "bench")))
        let claims = try await store.claim(limit: 1).claims
        guard let claim = claims.first else { throw BenchFailure("nothing was claimed") }
        let job = ValueInvestments(pool: pool, settings: InvestmentSettings())
        let outcome = try await job.run(Attempt(claim: claim, store: store, logger: logger))
        guard case .done(let report, let effects) = outcome else { throw BenchFailure("the run did not end") }
        try await store.finish(claim, report: report, effects)
        await session.end()
        return try await pool.value(
            """
            select extract(epoch from finished_at - started_at)::float8 from bursar.run
            where execution_id = \(execution.uuid) and outcome = 'success'
              and (totals->>'students')::int8 = \(Int64(school.students))
            """, as: Double.self)
    }
}

/// A bench that could not measure what it says.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
