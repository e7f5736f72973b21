import Jobs
import JobsPostgres
import Postgres
import Primitives

/// The queue as its rows have it.
struct QueueRows {
    var jobs: [Int64: ModelJob] = [:]
    var held: Set<Int64> = []
    var ended: [Int64: ModelEnd] = [:]
    var runs: [ExecutionID: ModelRun] = [:]
    var batches: [Int64: ModelBatch] = [:]
    /// By kind and state: what the counters say, where it is not 0.
    var tally: [String: Int64] = [:]
    /// Of the bucket and the breaker.
    var fullAt: Instant?
    var blockedUntil: Instant?
    var strikes = 0
    var openUntil: Instant?
    var probe: AttemptKey?
    /// Daemons that were found dead, or ended.
    var buried: Set<DaemonID> = []

    init() {}

    init(via pool: PostgresPool) async throws {
        // One round trip: nobody writes meanwhile.
        var pipeline = Pipeline()
        let tickets = [
            Self.jobsText, Self.endsText, Self.runsText,
            "select lease, kind, daemon_id, ids, deadline from bursar.batch",
            Self.tallyText, Self.bucketText, Self.breakerText,
            "select id from bursar.daemon where ended_at is not null",
        ].map { pipeline.add($0) }
        let results = try await pool.pipeline(pipeline)
        if let failure = results.failure { throw failure.error }
        for var row in try results.rows(tickets[0]) { try addJob(&row) }
        for var row in try results.rows(tickets[1]) {
            let id = try row.next(Int64.self)
            ended[id] = try ModelEnd(
                state: JobState(rawValue: row.next()) ?? .waiting, lease: row.next(),
                attempt: Int(row.next(Int32.self)), failures: Int(row.next(Int32.self)), retriedAs: row.next())
        }
        for var row in try results.rows(tickets[2]) {
            let id = try row.next(ExecutionID.self)
            runs[id] = try ModelRun(
                job: row.next(), outcome: row.next(), rootOutcome: row.next(),
                descendantsFailed: Int(row.next(Int32.self)))
        }
        for var row in try results.rows(tickets[3]) {
            batches[try row.next()] = try ModelBatch(
                kind: JobKind(row.next()), daemon: DaemonID(row.next(ExecutionID.self).uuid),
                jobs: Set(row.next([Int64].self)),
                deadline: row.next())
        }
        for var row in try results.rows(tickets[4]) { tally[try row.next()] = try row.next() }
        for var row in try results.rows(tickets[5]) {
            fullAt = try row.next()
            blockedUntil = try row.next()
        }
        for var row in try results.rows(tickets[7]) { buried.insert(DaemonID(try row.next(ExecutionID.self).uuid)) }
        for var row in try results.rows(tickets[6]) {
            strikes = Int(try row.next(Int32.self))
            openUntil = try row.next()
            let (job, lease) = (try row.next(Int64?.self), try row.next(Int64?.self))
            probe = job.flatMap { job in lease.map { AttemptKey(job: job, lease: $0) } }
        }
    }

    private mutating func addJob(_ row: inout Row) throws {
        let id = try row.next(Int64.self)
        let orderKey: String?
        let limitKey: String?
        let kind = JobKind(try row.next(String.self))
        let priority = Int(try row.next(Int16.self))
        orderKey = try row.next()
        limitKey = try row.next()
        var job = ModelJob(
            id: id, kind: kind, priority: priority,
            place: orderKey.map { .ordered(key: $0) } ?? limitKey.map { .limited(key: $0) }, uniqueKey: try row.next(),
            money: try row.next(), partOf: try row.next(), uniqueIn: Int(try row.next(Int16.self)),
            runAt: try row.next())
        job.state = JobState(rawValue: try row.next()) ?? .done
        job.lease = try row.next()
        job.daemon = try row.next(ExecutionID?.self).map { DaemonID($0.uuid) }
        job.deadline = try row.next()
        job.attempt = Int(try row.next(Int32.self))
        job.failures = Int(try row.next(Int32.self))
        job.interruptions = Int(try row.next(Int32.self))
        job.steps = Int(try row.next(Int64.self))
        job.parkCode = try row.next(String?.self).flatMap { ParkCode(rawValue: $0) }
        job.isUnwanted = try row.next()
        if try row.next(Bool.self) { held.insert(id) }
        jobs[id] = job
    }

    private static let jobsText: SQL = """
        select id, kind, priority, order_key, limit_key, unique_key, money, execution_id, unique_in, run_at, state,
               lease, daemon_id, deadline, attempt, failures, interruptions, steps, park_code,
               cancel_requested_at is not null, held
        from bursar.job
        """
    private static let endsText: SQL =
        "select id, state, lease, attempt, failures, retried_as from bursar.finished_job"
    private static let runsText: SQL =
        "select execution_id, job_id, outcome, root_outcome, descendants_failed from bursar.run"
    private static let bucketText: SQL =
        "select case when isfinite(full_at) then full_at end, blocked_until from bursar.bucket"
    private static let breakerText: SQL =
        "select failures, open_until, probe_job, probe_lease from bursar.breaker"
    private static let tallyText: SQL = """
        select kind || ' ' || state, sum(jobs)::int8 from (
            select kind, state, jobs from bursar.tally
            union all
            select c.kind, s.state, s.jobs from bursar.tally_change c, lateral (values
                ('waiting', c.waiting), ('running', c.running), ('parked', c.parked), ('done', c.done),
                ('failed', c.failed), ('cancelled', c.cancelled)) as s (state, jobs)) t
        group by 1 having sum(jobs) <> 0
        """
}

extension QueueModel {
    /// Where the rows differ from the rules.
    func difference(from rows: QueueRows) -> String? {
        if let text = Self.difference("job", jobs, rows.jobs) { return text }
        if let text = Self.difference("ended job", ended, rows.ended) { return text }
        // Of a run that was cancelled, and of whose jobs one failed before all had ended, either may be said.
        let open = runs.filter { $0.value.rootOutcome == "cancelled" && $0.value.descendantsFailed > 0 }.keys
        let (told, found) = (runs.filter { !open.contains($0.key) }, rows.runs.filter { !open.contains($0.key) })
        if let text = Self.difference("run", told, found) { return text }
        if let text = Self.difference("batch", batches, rows.batches) { return text }
        if let bucket = buckets["sim"], bucket.fullAt != rows.fullAt || bucket.blockedUntil != rows.blockedUntil {
            return "the bucket is \(bucket), and in its row \(String(describing: (rows.fullAt, rows.blockedUntil)))"
        }
        if let breaker = breakers["sim"],
            (breaker.failures, breaker.openUntil, breaker.probe) != (rows.strikes, rows.openUntil, rows.probe)
        {
            return "the breaker is \(breaker), and in its row \((rows.strikes, rows.openUntil, rows.probe))"
        }
        for (id, daemon) in daemons where daemon.isBuried != rows.buried.contains(id) {
            return "daemon \(id) is \(daemon), and by its row it is \(daemon.isBuried ? "not " : "")dead"
        }
        var tally: [String: Int64] = [:]
        for job in jobs.values { tally["\(job.kind) \(job.state.rawValue)", default: 0] += 1 }
        for (id, end) in ended { tally["\(last[id]?.kind.name ?? "?") \(end.state.rawValue)", default: 0] += 1 }
        return Self.difference("count", tally, rows.tally)
    }

    private static func difference<Key: Hashable, Value: Equatable>(
        _ what: String, _ rules: [Key: Value], _ rows: [Key: Value]
    ) -> String? {
        for (key, value) in rules where rows[key] != value {
            return "\(what) \(key) is \(value) by the rules, and \(rows[key].map { "\($0)" } ?? "not there")"
        }
        for (key, value) in rows where rules[key] == nil {
            return "\(what) \(key) is \(value), and by the rules not there"
        }
        return nil
    }

    /// What must hold of the lines whatever happened.
    ///
    /// - Parameter mayLackHead: lines whose head's run was kept open, until the reaper went round.
    func brokenLine(_ held: Set<Int64>, mayLackHead: Set<String>) -> String? {
        for (key, line) in Dictionary(grouping: jobs.values, by: \.orderKey) {
            guard let key else { continue }
            let heads = line.filter { !held.contains($0.id) }
            if heads.count > 1 { return "line \(key) has the heads \(heads.map(\.id))" }
            if let head = heads.first, line.contains(where: { $0.id < head.id }) {
                return "job \(head.id) is the head of line \(key), and not the first: \(line.map(\.id).sorted())"
            }
            if heads.isEmpty, !mayLackHead.contains(key) {
                return "line \(key) has no head: \(line.map(\.id).sorted())"
            }
        }
        return nil
    }
}
