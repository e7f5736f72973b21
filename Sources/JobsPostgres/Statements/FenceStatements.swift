import Jobs
import Postgres
import Primitives

/// How many steps of the attempt are committed; no row when it no longer holds the job.
struct CommittedSteps: Statement {
    let job: Int64
    let lease: Int64

    static let sql = "select steps from bursar.job where id = $1 and lease = $2 and state = 'running'"

    func bind(to bindings: inout Bindings) {
        bindings.append(job)
        bindings.append(lease)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// The fence of a step: its checkpoint and progress, written only while the lease holds and no step has been committed
/// since it began. It fails when the lease is lost, or this very step was committed by a run whose COMMIT came late.
struct FenceStep: Statement {
    let job: Int64
    let lease: Int64
    /// Steps committed before it.
    let committed: Int64
    let checkpoint: String
    let progress: RunProgress?
    let now: Instant?

    static let sql = """
        with fence as (
            update bursar.job set checkpoint = $3::text::jsonb, steps = steps + 1, interruptions = 0
            where id = $1 and lease = $2 and state = 'running' and steps = $7
            returning id, steps),
        progress as (
            update bursar.run r
            set progress_done = $4, progress_total = $5, progress_at = coalesce($6, clock_timestamp())
            from fence where r.job_id = fence.id and $4 is not null)
        select case when exists (select from fence) then 0 else bursar.lease_lost() end
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(job)
        bindings.append(lease)
        bindings.append(checkpoint)
        bindings.append(progress.map { Int64($0.done) })
        bindings.append(progress?.total.map { Int64($0) })
        bindings.append(now)
        bindings.append(committed)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// The fence of a completion: the job leaves the hot table, its run closes, and the next of its line steps forward,
/// only while the lease holds. It fails when it does not.
struct FinishJob: Statement {
    let job: Int64
    let lease: Int64
    let outcome: RunOutcome
    let totals: String
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($5, clock_timestamp()) as now),
        ended as (
            delete from bursar.job where id = $1 and lease = $2 and state = 'running'
            returning id, kind, payload, lease, attempt, failures, created_at, money, order_key, limit_key, unique_key,
                      execution_id, held),
        kept as (
            insert into bursar.finished_job
                (id, kind, payload, state, lease, attempt, failures, created_at, finished_at, money, order_key,
                 limit_key, unique_key, execution_id)
            select e.id, e.kind, e.payload, 'done', e.lease, e.attempt, e.failures, e.created_at, clock.now, e.money,
                   e.order_key, e.limit_key, e.unique_key, e.execution_id
            from ended e, clock),
        \(JobFragments.counted(from: "ended", ["running": "-1", "done": "1"])),
        \(JobFragments.closed(
            from: "ended", outcome: "$3", error: "null",
            set: """
                totals = $4::text::jsonb, progress_at = clock.now,
                progress_done = coalesce(r.progress_total, r.progress_done),
                """)),
        \(JobFragments.paused),
        \(JobFragments.stepped(from: "leaving"))
        select case when exists (select from ended) then 0 else bursar.lease_lost() end, (select name from paused),
               s.kind, s.priority, s.run_at
        from clock left join stepped s on true
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(job)
        bindings.append(lease)
        bindings.append(outcome.rawValue)
        bindings.append(totals)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> PausedSchedule {
        _ = try row.next(Int64.self)
        return PausedSchedule(name: try row.next(), wakeUp: try WakeUp.read(from: &row))
    }
}

/// Whether that lease completed the job: asked when the answer to its COMMIT was lost.
struct EndedUnderLease: Statement {
    let job: Int64
    let lease: Int64

    static let sql = "select id from bursar.finished_job where id = $1 and lease = $2 and state = 'done'"

    func bind(to bindings: inout Bindings) {
        bindings.append(job)
        bindings.append(lease)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}
