import Postgres
import Primitives
import TestSupport

@testable import Jobs
@testable import JobsPostgres

/// A statement that runs often, and the indexes by which it must read.
struct HotStatement: Sendable {
    let name: String
    let indexes: [String]
    /// The plan that the server makes when it knows the values.
    let known: @Sendable (TestEngine) async throws -> String
    /// The plan that it makes once for all values.
    let generic: @Sendable (TestEngine) async throws -> String

    init<S: Statement>(_ statement: S, _ indexes: String...) {
        name = S.name
        self.indexes = indexes
        known = { engine in
            try await engine.pool.run(Explained(inner: statement)).joined(separator: "\n")
        }
        generic = { engine in
            try await engine.pool.withConnection { connection in
                let count = S.sql.matches(of: /\$(\d+)/).compactMap { Int($0.output.1) }.max() ?? 0
                let nulls = Array(repeating: "null", count: count).joined(separator: ", ")
                let values = count == 0 ? "" : "(\(nulls))"
                try await connection.script("set plan_cache_mode = force_generic_plan; prepare hot as \(S.sql)")
                var rows = try await connection.query(SQL(unsafe: "explain execute hot\(values)"))
                let lines = try rows.indices.map { try rows[$0].next(String.self) }
                try await connection.script("deallocate hot; reset plan_cache_mode")
                return lines.joined(separator: "\n")
            }
        }
    }

    /// The list that a plan is held against: statement → indexes.
    static func all(_ engine: TestEngine) async throws -> [HotStatement] {
        let now = engine.time.now()
        let daemon = DaemonID()
        let kind = KindLimits.work()
        let lines = LowWaterMarks.Line.all(of: "test.work")
        let from = Dictionary(uniqueKeysWithValues: lines.map { ($0, LowWaterMarks.Position.beginning) })
        var receipt = BatchReceipt(of: Batch(kind: "test.work", lease: 1, jobs: []))
        receipt.done = [1, 2, 3]
        receipt.postponed = [.init(id: 4, after: .seconds(1), failure: nil)]
        receipt.ended = [.init(id: 5, park: nil, error: "no")]
        return [
            HotStatement(
                ClaimJobs(now: now, limit: 10, kinds: [kind], daemon: daemon, from: from), "job_ready", "job_pkey",
                "daemon_pkey"),
            HotStatement(
                ClaimGatedJobs(now: now, limit: 10, kinds: [kind], daemon: daemon), "job_ready", "job_pkey",
                "daemon_pkey"),
            HotStatement(
                ClaimBatch(kind: kind, limit: 1_000, daemon: daemon, from: from, oldestLease: 0, now: now),
                "job_ready", "daemon_pkey"),
            HotStatement(AcknowledgeBatch(receipt: receipt, now: now), "job_pkey", "batch_pkey"),
            HotStatement(
                FinishJob(job: 1, lease: 1, outcome: .success, totals: "{}", now: now), "job_pkey", "job_held",
                "job_limited", "job_of_run"),
            HotStatement(
                PostponeJob(job: 1, lease: 1, until: .after(.zero), failure: "boom", now: now), "job_pkey",
                "job_unique", "job_limited"),
            HotStatement(AbandonJob(job: 1, lease: 1, state: .failed, error: "no", now: now), "job_pkey", "job_held"),
            HotStatement(ParkJob(job: 1, lease: 1, code: .asked, reason: "which?", now: now), "job_pkey"),
            HotStatement(EndedUnderLease(job: 1, lease: 1), "finished_job_default_pkey"),
            HotStatement(NextDueJob(now: now, from: from), "job_ready"),
            HotStatement(
                BeatDaemon(id: daemon, fileDigest: nil, staleAfter: .seconds(1), from: from, now: now), "job_ready",
                "job_unwanted", "job_running"),
            HotStatement(
                DueSchedules(now: now, limit: 10, fileDigest: nil, unreadable: ([], [])), "schedule_due", "job_head"),
            HotStatement(
                CommitPasses(now: now, passes: [], fileDigest: nil), "schedule_pkey", "tick_period", "job_head",
                "job_held", "run_keeps_place"),
            HotStatement(SettleWaiting(now: now), "job_unwanted", "job_ready"),
            HotStatement(RetakeOverdue(daemon: daemon, now: now), "job_running"),
            HotStatement(RetakeFromDead(liveness: TestEngine.liveness, now: now), "job_running", "daemon_pkey"),
            HotStatement(FreeKnownKinds(kinds: nil), "job_unknown"),
        ]
    }
}

/// The plan of a statement with its values.
private struct Explained<S: Statement>: Statement {
    let inner: S

    static var sql: String { "explain " + S.sql }

    func bind(to bindings: inout Bindings) { inner.bind(to: &bindings) }

    static func output(from row: inout Row) throws(PostgresError) -> String { try row.next() }
}
