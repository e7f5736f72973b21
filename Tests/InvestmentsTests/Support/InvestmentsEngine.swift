import DatabaseTestSupport
import Investments
import Jobs
import JobsPostgres
import Logging
import Postgres
import Primitives
import TestSupport

/// One daemon's engine over a test's own database, with valuations to run, under a clock that the test moves.
struct InvestmentsEngine: Sendable {
    let pool: PostgresPool
    let session: DaemonSession
    let store: PostgresJobStore
    let time: ManualTime
    var settings = InvestmentSettings()

    /// 2026-09-21T14:13:20Z.
    static let begin = Instant(seconds: 1_790_000_000)
    static let kind = ValueInvestments.kind
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let deadline = Duration.seconds(3_600)

    init(pool: PostgresPool, session: DaemonSession, time: ManualTime, settings: InvestmentSettings) {
        self.pool = pool
        self.session = session
        self.time = time
        self.settings = settings
        store = PostgresJobStore(
            pool: pool, session: session, kinds: [KindLimits(kind: Self.kind, deadline: Self.deadline)],
            liveness: Liveness(), time: time)
    }

    /// The same daemon over other connections.
    func over(_ pool: PostgresPool) -> InvestmentsEngine {
        InvestmentsEngine(pool: pool, session: session, time: time, settings: settings)
    }

    var definition: JobDefinition<PostgresJobStore> {
        JobDefinition(kind: Self.kind, money: false, retry: RetryPolicy(), deadline: Self.deadline) {
            ValueInvestments(pool: pool, settings: settings)
        }
    }

    /// Asks for a run. `payload` is the request's JSON.
    func request(_ payload: String) async throws {
        let now = time.now()
        let run = NewRun(execution: .make(at: now), trigger: .manual, source: "test")
        _ = try await pool.enqueue(NewJob(kind: Self.kind, payload: payload, run: run), now: now)
    }

    /// Asks for a run and claims it, as a daemon would.
    func claim(_ payload: String) async throws -> Claim {
        try await request(payload)
        return try await claimAgain()
    }

    /// Claims the only job that is due.
    func claimAgain() async throws -> Claim {
        let claims = try await store.claim(limit: 2).claims
        guard claims.count == 1 else { throw Unexpected(description: "\(claims.count) jobs were due, not one") }
        return claims[0]
    }

    /// Claims whatever is due, wherever it lies: nobody tells here of what others made ready.
    func claimAll() async throws -> [Claim] {
        store.marks.reset()
        return try await store.claim(limit: 100).claims
    }

    /// Executes an attempt up to its commit.
    @discardableResult
    func perform(_ claim: Claim) async throws -> ValuedRun {
        let job = ValueInvestments(pool: pool, settings: settings)
        let outcome = try await job.run(Attempt(claim: claim, store: store, logger: Self.logger))
        guard case .done(let report, let effects) = outcome, let execution = claim.execution else {
            throw Unexpected(description: "the valuation did not end as done")
        }
        try await store.finish(claim, report: report, effects)
        return try await ValuedRun(execution, on: pool)
    }

    /// A whole run as of the clock's time, or of `asOf`.
    @discardableResult
    func value(
        _ mode: ValuationRequest.Mode, asOf: Instant? = nil, of classID: Int64? = nil
    ) async throws -> ValuedRun {
        let asOf = asOf.map { ",\"as_of\":\"\($0)\"" } ?? ""
        let scope = classID.map { ",\"class\":\($0)" } ?? ""
        return try await perform(try await claim("{\"mode\":\"\(mode.rawValue)\"\(asOf)\(scope)}"))
    }

    /// Executes an attempt over connections that end it somewhere, and hands the job back.
    func cutOff(_ claim: Claim, on database: TestDatabase, by faults: StatementFaults) async throws {
        let options = ConnectionOptions(observer: faults)
        let run = try await PostgresPool.withPool(address: database.address, size: 1, options: options) {
            (pool) -> ValuedRun? in
            do { return try await over(pool).perform(claim) } catch is PostgresError { return nil }
        }
        guard run == nil, faults.isHit else { throw Unexpected(description: "the attempt was not cut off") }
        guard try await store.postpone(claim, until: .after(.zero), failure: nil) else {
            throw Unexpected(description: "the attempt did not hold its job any more")
        }
    }

    func count(_ sql: SQL) async throws -> Int64 {
        try await pool.value(sql, as: Int64.self)
    }
}

/// Something else happened than the test was written for.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
}

/// Runs `body` with an engine over a database of its own.
func withInvestments<T: Sendable>(
    batchSize: Int = 10_000, policy: FirstRatePolicy = .firstRateHolds, at now: Instant = InvestmentsEngine.begin,
    settling: Duration = .zero, observer: (any StatementObserver)? = nil,
    _ body: @Sendable (InvestmentsEngine, TestDatabase) async throws -> T
) async throws -> T {
    try await withDatabase { database in
        let time = ManualTime(now)
        let session = DaemonSession(
            address: database.address,
            identity: DaemonSession.Identity(host: "test", pid: 1, build: "test", kinds: [InvestmentsEngine.kind]),
            time: time, logger: InvestmentsEngine.logger)
        return try await PostgresPool.withPool(
            address: database.address, size: 4, options: ConnectionOptions(observer: observer)
        ) { pool in
            try await session.beat()
            var settings = InvestmentSettings(batchSize: batchSize, firstRate: policy)
            settings.settling = settling
            let engine = InvestmentsEngine(pool: pool, session: session, time: time, settings: settings)
            let result = try await body(engine, database)
            await session.end()
            return result
        }
    }
}
