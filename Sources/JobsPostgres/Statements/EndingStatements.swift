import Jobs
import Postgres
import Primitives

/// Ends an attempt, not its job: it waits until it is due again. Of a line with a limit another may step forward
/// meanwhile. No row: the lease was lost.
struct PostponeJob: Statement {
    let job: Int64
    let lease: Int64
    let until: PostponedUntil
    let failure: String?
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($6, clock_timestamp()) as now),
        postponed as (
            update bursar.job j
            set state = 'waiting', lease = null, daemon_id = null, claimed_at = null, deadline = null,
                run_at = coalesce($3, clock.now + $4 * interval '1 microsecond', least(run_at, clock.now)),
                failures = failures + case when $5::text is null then 0 else 1 end,
                error = coalesce($5, error),
                -- Another one has come to wait under its key: both do their work, and neither is lost.
                unique_in = case when exists (
                    select from bursar.job o
                    where o.kind = j.kind and o.unique_key = j.unique_key and o.id <> j.id
                      and \(JobFragments.holdsKey("o")))
                    then 0 else unique_in end
            from clock where id = $1 and lease = $2 and state = 'running'
            returning j.id, j.kind, null::text as order_key, j.limit_key, j.held, j.priority, j.run_at),
        \(JobFragments.counted(from: "postponed", ["running": "-1", "waiting": "1"])),
        \(JobFragments.stepped(from: "postponed"))
        select kind, priority, run_at from postponed
        union all
        select kind, priority, run_at from stepped
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(job)
        bindings.append(lease)
        switch until {
        case .at(let instant):
            bindings.append(Optional(instant))
            bindings.append(Optional<Int64>.none)
        case .after(let pause):
            bindings.append(Optional<Instant>.none)
            bindings.append(Optional(pause.wholeMicroseconds))
        case .asBefore:
            bindings.append(Optional<Instant>.none)
            bindings.append(Optional<Int64>.none)
        }
        bindings.append(failure)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> WakeUp {
        try WakeUp(from: &row)
    }
}

/// Sets a job aside for a person, and holds its schedule if the schedule says so. A job that nobody wants ends as
/// cancelled instead. No row: the lease was lost.
struct ParkJob: Statement {
    let job: Int64
    let lease: Int64
    let code: ParkCode
    let reason: String
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($5, clock_timestamp()) as now),
        attempted as (
            select id, kind, limit_key, held, cancel_requested_at is not null as is_unwanted
            from bursar.job where id = $1 and lease = $2 and state = 'running'
            for update),
        \(CancelledJobs.ended(from: "attempted", where: "u.is_unwanted")),
        parked as (
            update bursar.job j
            set state = 'parked', park_code = $3, error = $4, lease = null, daemon_id = null, claimed_at = null,
                deadline = null, failures = failures + case when $3 = 'asked' then 0 else 1 end
            from attempted a where j.id = a.id and not a.is_unwanted
            returning j.id, j.kind),
        \(JobFragments.counted(from: "parked", ["running": "-1", "parked": "1"])),
        -- A parked head blocks an ordered line, not a limited one.
        parting as (
            select id, kind, null::text as order_key, limit_key, held from attempted where not is_unwanted
            union all
            select id, kind, order_key, limit_key, held from leaving),
        \(JobFragments.stepped(from: "parting")),
        stopped as (
            update bursar.run r set finished_at = clock.now, outcome = 'parked', error = $4
            from parked p, clock where r.job_id = p.id
            returning r.schedule_id, r.execution_id),
        held as (
            update bursar.schedule s
            set paused_at = clock.now, paused_by = 'bursard',
                paused_reason = format('run %s is parked: %s', stopped.execution_id, $4)
            from stopped, clock
            where s.id = stopped.schedule_id and s.pause_on_failure and s.paused_at is null
            returning s.name)
        select (select name from held), s.kind, s.priority, s.run_at from attempted left join stepped s on true
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(job)
        bindings.append(lease)
        bindings.append(code.rawValue)
        bindings.append(reason)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> PausedSchedule {
        PausedSchedule(name: try row.next(), wakeUp: try WakeUp.read(from: &row))
    }
}

/// The part of a statement that ends jobs as cancelled.
enum CancelledJobs {
    /// Who no longer wanted a job of `bursar.job`, and why.
    static let words = "'cancelled by ' || cancel_requested_by || coalesce(': ' || cancel_reason, '')"

    /// A batch that has not been acknowledged holds job `j`.
    static let isInBatch = "exists (select from bursar.batch b where b.kind = j.kind and j.id = any(b.ids))"

    /// Ends the jobs whose ids are in the query `source`, called `u`, and their runs. Expects `clock`, gives `gone`.
    ///
    /// - Parameter condition: which of them; a job that runs is its attempt's to end.
    static func ended(
        from source: String, where condition: String = "j.state <> 'running' and not \(isInBatch)"
    ) -> String {
        """
        gone as (
            delete from bursar.job j using \(source) u where j.id = u.id and \(condition)
            returning j.id, j.kind, j.payload, j.state, j.lease, j.attempt, j.failures, j.created_at, j.money,
                      j.order_key, j.limit_key, j.unique_key, j.execution_id, j.held, \(words) as error),
        kept as (
            insert into bursar.finished_job
                (id, kind, payload, state, lease, attempt, failures, error, created_at, finished_at, money, order_key,
                 limit_key, unique_key, execution_id)
            select g.id, g.kind, g.payload, 'cancelled', g.lease, g.attempt, g.failures, g.error, g.created_at,
                   clock.now, g.money, g.order_key, g.limit_key, g.unique_key, g.execution_id
            from gone g, clock),
        \(JobFragments.counted(
            from: "gone",
            [
                "waiting": "-(state = 'waiting')::integer", "running": "-(state = 'running')::integer",
                "parked": "-(state = 'parked')::integer", "cancelled": "1",
            ])),
        \(JobFragments.closed(from: "gone", outcome: "'cancelled'", error: "e.error"))
        """
    }
}

/// The schedule that a job's end has just paused, nil when it paused none, and who stepped forward in its line.
struct PausedSchedule: Sendable, Hashable {
    let name: String?
    let wakeUp: WakeUp?
}

/// Ends a job without its effects: failed for good, or no longer wanted. Holds its schedule if the schedule says so.
///
/// An attempt that fails after its job was no longer wanted ends it as cancelled, and holds nothing.
struct AbandonJob: Statement {
    let job: Int64
    let lease: Int64
    /// `.failed` or `.cancelled`.
    let state: JobState
    let error: String
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($5, clock_timestamp()) as now),
        ended as (
            delete from bursar.job where id = $1 and lease = $2 and state = 'running'
            returning id, kind, payload, lease, attempt, failures, created_at, money, order_key, limit_key, unique_key,
                      execution_id, held, case when cancel_requested_at is null then $3 else 'cancelled' end as state,
                      case when cancel_requested_at is null then $4 else \(CancelledJobs.words) end as error),
        kept as (
            insert into bursar.finished_job
                (id, kind, payload, state, lease, attempt, failures, error, created_at, finished_at, money, order_key,
                 limit_key, unique_key, execution_id)
            select e.id, e.kind, e.payload, e.state, e.lease, e.attempt,
                   e.failures + case when $3 = 'failed' then 1 else 0 end, e.error, e.created_at, clock.now, e.money,
                   e.order_key, e.limit_key, e.unique_key, e.execution_id
            from ended e, clock),
        \(JobFragments.counted(
            from: "ended",
            [
                "running": "-1", "failed": "(state = 'failed')::integer",
                "cancelled": "(state = 'cancelled')::integer",
            ])),
        \(JobFragments.closed(from: "ended", outcome: "e.state", error: "e.error")),
        \(JobFragments.blame),
        \(JobFragments.stepped(from: "leaving")),
        held as (
            update bursar.schedule s
            set paused_at = clock.now, paused_by = 'bursard',
                paused_reason = format('run %s failed: %s', closed.execution_id, $4)
            from closed, clock
            where s.id = closed.schedule_id and s.pause_on_failure and s.paused_at is null
              and $3 = 'failed' and not exists (select from ended where ended.state = 'cancelled')
            returning s.name)
        select (select name from held), s.kind, s.priority, s.run_at from ended left join stepped s on true
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(job)
        bindings.append(lease)
        bindings.append(state.rawValue)
        bindings.append(error)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> PausedSchedule {
        PausedSchedule(name: try row.next(), wakeUp: try WakeUp.read(from: &row))
    }
}
