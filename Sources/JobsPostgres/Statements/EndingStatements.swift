import Jobs
import Postgres
import Primitives

/// Ends an attempt, not its job: it waits until it is due again.
struct PostponeJob: Statement {
    let job: Int64
    let lease: Int64
    let until: PostponedUntil
    let failure: String?
    let now: Instant?

    static let sql = """
        update bursar.job
        set state = 'waiting', lease = null, daemon_id = null, claimed_at = null, deadline = null,
            run_at = coalesce($3, coalesce($6, clock_timestamp()) + $4 * interval '1 microsecond'),
            failures = failures + case when $5::text is null then 0 else 1 end,
            error = coalesce($5, error)
        where id = $1 and lease = $2 and state = 'running'
        returning id
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
        }
        bindings.append(failure)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
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
            select id, cancel_requested_at is not null as is_unwanted
            from bursar.job where id = $1 and lease = $2 and state = 'running'
            for update),
        \(CancelledJobs.ended(from: "attempted", where: "u.is_unwanted")),
        parked as (
            update bursar.job j
            set state = 'parked', park_code = $3, error = $4, lease = null, daemon_id = null, claimed_at = null,
                deadline = null, failures = failures + case when $3 = 'asked' then 0 else 1 end
            from attempted a where j.id = a.id and not a.is_unwanted
            returning j.id),
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
        select (select name from held) from attempted
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(job)
        bindings.append(lease)
        bindings.append(code.rawValue)
        bindings.append(reason)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> PausedSchedule {
        PausedSchedule(name: try row.next())
    }
}

/// The part of a statement that ends jobs as cancelled.
enum CancelledJobs {
    /// Who no longer wanted a job of `bursar.job`, and why.
    static let words = "'cancelled by ' || cancel_requested_by || coalesce(': ' || cancel_reason, '')"

    /// Ends the jobs whose ids are in the query `source`, called `u`, and their runs. Expects `clock`.
    ///
    /// - Parameter condition: which of them; a job that runs is its attempt's to end.
    static func ended(from source: String, where condition: String = "j.state <> 'running'") -> String {
        """
        gone as (
            delete from bursar.job j using \(source) u where j.id = u.id and \(condition)
            returning j.id, j.kind, j.payload, j.lease, j.attempt, j.failures, j.created_at, j.money, j.order_key,
                      j.unique_key, \(words) as error),
        kept as (
            insert into bursar.finished_job
                (id, kind, payload, state, lease, attempt, failures, error, created_at, finished_at, money, order_key,
                 unique_key)
            select g.id, g.kind, g.payload, 'cancelled', g.lease, g.attempt, g.failures, g.error, g.created_at,
                   clock.now, g.money, g.order_key, g.unique_key
            from gone g, clock),
        closed as (
            update bursar.run r set finished_at = clock.now, outcome = 'cancelled', error = g.error
            from gone g, clock where r.job_id = g.id)
        """
    }
}

/// The schedule that a job's end has just paused; nil when it paused none.
struct PausedSchedule: Sendable, Hashable {
    let name: String?
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
            returning id, kind, payload, lease, attempt, failures, created_at, money, order_key, unique_key,
                      case when cancel_requested_at is null then $3 else 'cancelled' end as state,
                      case when cancel_requested_at is null then $4 else \(CancelledJobs.words) end as error),
        kept as (
            insert into bursar.finished_job
                (id, kind, payload, state, lease, attempt, failures, error, created_at, finished_at, money, order_key,
                 unique_key)
            select e.id, e.kind, e.payload, e.state, e.lease, e.attempt,
                   e.failures + case when $3 = 'failed' then 1 else 0 end, e.error, e.created_at, clock.now, e.money,
                   e.order_key, e.unique_key
            from ended e, clock),
        closed as (
            update bursar.run r set finished_at = clock.now, outcome = e.state, error = e.error
            from ended e, clock where r.job_id = e.id
            returning r.schedule_id, r.execution_id, r.outcome),
        held as (
            update bursar.schedule s
            set paused_at = clock.now, paused_by = 'bursard',
                paused_reason = format('run %s failed: %s', closed.execution_id, $4)
            from closed, clock
            where s.id = closed.schedule_id and s.pause_on_failure and s.paused_at is null
              and closed.outcome = 'failed'
            returning s.name)
        select (select name from held) from ended
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(job)
        bindings.append(lease)
        bindings.append(state.rawValue)
        bindings.append(error)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> PausedSchedule {
        PausedSchedule(name: try row.next())
    }
}
