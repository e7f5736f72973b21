import Postgres
import Primitives

/// An unfinished job that an operator is about to change, locked.
struct EditedJob: Sendable {
    let id: Int64
    let state: String
    let money: Bool
    let isUnwanted: Bool
    /// JSON of what operators see of it.
    let snapshot: String
}

struct JobForEdit: Statement {
    let id: Int64

    static let sql = """
        select id, state, money, cancel_requested_at is not null,
               jsonb_build_object(
                   'id', id::text, 'kind', kind, 'state', state, 'money', money, 'run_at', run_at, 'attempt', attempt,
                   'failures', failures, 'park_code', park_code, 'error', error,
                   'cancel_requested_at', cancel_requested_at)::text
        from bursar.job where id = $1
        for update
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
    }

    static func output(from row: inout Row) throws(PostgresError) -> EditedJob {
        EditedJob(
            id: try row.next(), state: try row.next(), money: try row.next(), isUnwanted: try row.next(),
            snapshot: try row.next())
    }
}

/// A finished job, locked so that it is tried again once at most.
struct EndedJob: Sendable {
    let id: Int64
    let kind: String
    let state: String
    let money: Bool
    let retriedAs: Int64?
    /// JSON of what operators see of it.
    let snapshot: String
}

struct EndedJobForEdit: Statement {
    let id: Int64

    static let sql = """
        select f.id, f.kind, f.state, coalesce(f.money, s.money, false), f.retried_as,
               jsonb_build_object(
                   'id', f.id::text, 'kind', f.kind, 'state', f.state, 'attempt', f.attempt, 'failures', f.failures,
                   'error', f.error, 'finished_at', f.finished_at, 'retried_as', f.retried_as::text)::text
        from bursar.finished_job f
        left join bursar.run r on r.job_id = f.id left join bursar.schedule s on s.id = r.schedule_id
        where f.id = $1
        for update of f
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
    }

    static func output(from row: inout Row) throws(PostgresError) -> EndedJob {
        EndedJob(
            id: try row.next(), kind: try row.next(), state: try row.next(), money: try row.next(),
            retriedAs: try row.next(), snapshot: try row.next())
    }
}

/// Another job that has the unique key of a parked one, which could not wait beside it.
struct HolderOfKey: Statement {
    let job: Int64

    static let sql = """
        select o.id from bursar.job j
        join bursar.job o on o.kind = j.kind and o.unique_key = j.unique_key and o.id <> j.id
        where j.id = $1 and j.unique_in & 1 <> 0 and \(JobFragments.holdsKey("o"))
        limit 1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(job)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// Lets a parked job wait again, due now, with all its attempts before it; its run is open again.
struct FreeParkedJob: Statement {
    let id: Int64
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($2, clock_timestamp()) as now),
        freed as (
            update bursar.job
            set state = 'waiting', park_code = null, run_at = least(run_at, clock.now), failures = 0, interruptions = 0
            from clock where id = $1 and state = 'parked'
            returning id, kind, priority, run_at),
        \(JobFragments.counted(from: "freed", ["parked": "-1", "waiting": "1"])),
        opened as (
            update bursar.run r set finished_at = null, outcome = null, error = null
            from freed where r.job_id = freed.id)
        select pg_notify('bursar_job', \(WakeUp.payload(kind: "kind", priority: "priority", runAt: "run_at")))::text
        from freed
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) {}
}

/// Starts a job like one that failed: the same kind, payload, keys and tick period, as a run by hand. No row: its
/// unique key is taken.
struct RepeatJob: Statement {
    let id: Int64
    let execution: ExecutionID
    let source: String
    let now: Instant

    static let sql = """
        with old as (
            select f.*, r.schedule_id, r.tick_instant, r.tick_nominal, r.tick_previous_nominal, r.tick_zone,
                   coalesce(f.money, s.money, false) as is_money
            from bursar.finished_job f
            left join bursar.run r on r.job_id = f.id left join bursar.schedule s on s.id = r.schedule_id
            where f.id = $1),
        entered as materialized (
            select e.id, e.is_new, old.kind
            from old, bursar.enqueue(
                old.kind, old.payload, $4, 0, old.order_key, old.limit_key, old.unique_key, 7, old.is_money,
                old.execution_id, $4) as e),
        made as (select id, kind from entered where is_new),
        begun as (
            insert into bursar.run
                (execution_id, job_id, kind, schedule_id, trigger, source, tick_instant, tick_nominal,
                 tick_previous_nominal, tick_zone, created_at)
            select $2, made.id, old.kind, old.schedule_id, 'manual', $3, old.tick_instant, old.tick_nominal,
                   old.tick_previous_nominal, old.tick_zone, $4
            from made, old),
        marked as (update bursar.finished_job f set retried_as = made.id from made where f.id = $1),
        told as (select pg_notify('bursar_job', \(WakeUp.payload(kind: "kind", runAt: "$4"))) from made)
        select id, (select count(*) from told) from made
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(execution)
        bindings.append(source)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// Writes down that a job is no longer wanted, and tells the daemon that may be running it.
struct RequestCancellation: Statement {
    let id: Int64
    let by: String
    let reason: String?
    let now: Instant?

    static let sql = """
        with asked as (
            update bursar.job
            set cancel_requested_at = coalesce($4, clock_timestamp()), cancel_requested_by = $2, cancel_reason = $3
            where id = $1
            returning state)
        select pg_notify('bursar_job_cancel', '')::text from asked where state = 'running'
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(by)
        bindings.append(reason)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) {}
}

/// Ends a job that no attempt holds and nobody wants. Those behind it under its order key may go on.
struct EndUnwantedJob: Statement {
    let id: Int64
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($2, clock_timestamp()) as now),
        unwanted as (select id from bursar.job where id = $1 and cancel_requested_at is not null),
        \(CancelledJobs.ended(from: "unwanted")),
        \(JobFragments.stepped(from: "leaving"))
        select pg_notify('bursar_job', \(WakeUp.payload(kind: "kind", priority: "priority", runAt: "run_at")))::text
        from stepped
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) {}
}
