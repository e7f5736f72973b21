import Jobs
import Postgres
import Primitives

/// Ends a batch by its receipt: what is done and what failed moves to the history, what was put off waits, the rest
/// waits as it did. No row: the batch was taken for a dead daemon's, and nothing was changed.
struct AcknowledgeBatch: Statement {
    let receipt: BatchReceipt
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($9, clock_timestamp()) as now),
        held as materialized (delete from bursar.batch where lease = $1 returning lease, ids, claimed_at),
        ended as (
            delete from bursar.job j
            using held, unnest($2::bigint[]) as d (id)
            where j.id = d.id and j.state = 'waiting'
            returning j.id, j.kind, j.payload, j.attempt, j.failures, j.created_at, j.order_key, j.limit_key,
                      j.unique_key, j.execution_id, j.held, 'done' as state, null::text as error),
        broken as (
            delete from bursar.job j
            using held, unnest($6::bigint[], $7::text[], $8::text[]) as b (id, park, error)
            where j.id = b.id and b.park is null and j.state = 'waiting'
            returning j.id, j.kind, j.payload, j.attempt, j.failures + 1 as failures, j.created_at, j.order_key,
                      j.limit_key, j.unique_key, j.execution_id, j.held, 'failed' as state, b.error),
        gone as materialized (
            select id, kind, payload, attempt, failures, created_at, order_key, limit_key, unique_key, execution_id,
                   held, state, error
            from ended
            union all
            select id, kind, payload, attempt, failures, created_at, order_key, limit_key, unique_key, execution_id,
                   held, state, error
            from broken),
        kept as (
            insert into bursar.finished_job
                (id, kind, payload, state, lease, attempt, failures, error, created_at, finished_at, money, order_key,
                 limit_key, unique_key, execution_id)
            select g.id, g.kind, g.payload, g.state, held.lease, g.attempt + 1, g.failures, g.error, g.created_at,
                   clock.now, false, g.order_key, g.limit_key, g.unique_key, g.execution_id
            from gone g, held, clock),
        \(JobFragments.closed(
            from: "gone", outcome: "case e.state when 'done' then 'success' else 'failed' end", error: "e.error",
            set: "\(sharedChanges),")),
        postponed as (
            update bursar.job j
            set run_at = clock.now + p.pause * interval '1 microsecond', attempt = j.attempt + 1,
                failures = j.failures + (p.error is not null)::integer, error = coalesce(p.error, j.error)
            from held, unnest($3::bigint[], $4::bigint[], $5::text[]) as p (id, pause, error), clock
            where j.id = p.id and j.state = 'waiting'),
        parked as (
            update bursar.job j
            set state = 'parked', park_code = b.park, error = b.error, attempt = j.attempt + 1,
                failures = j.failures + (b.park <> 'asked')::integer
            from held, unnest($6::bigint[], $7::text[], $8::text[]) as b (id, park, error)
            where j.id = b.id and b.park is not null and j.state = 'waiting'
            returning j.id, j.kind, j.error),
        stopped as (
            update bursar.run r
            set finished_at = clock.now, outcome = 'parked', error = p.error, \(sharedChanges)
            from parked p, clock where r.job_id = p.id
            returning r.schedule_id, r.execution_id, r.error),
        paused as (
            update bursar.schedule s
            set paused_at = clock.now, paused_by = 'bursard',
                paused_reason = format('run %s %s: %s', p.execution_id, p.how, p.error)
            from (select schedule_id, execution_id, 'is parked' as how, error from stopped
                  union all
                  select c.schedule_id, c.execution_id, 'failed', c.error
                  from closed c where coalesce(c.outcome, c.root_outcome) = 'failed') p, clock
            where s.id = p.schedule_id and s.pause_on_failure and s.paused_at is null
            returning s.name, p.execution_id),
        blamed as (
            update bursar.run r
            set descendants_failed = r.descendants_failed + f.jobs, error = coalesce(r.error, f.error)
            from (select execution_id, count(*) as jobs, min(format('job %s failed: %s', id, error)) as error
                  from broken group by execution_id) f
            where r.execution_id = f.execution_id
              -- Those two count for themselves: no row is changed twice by one statement.
              and r.job_id not in (select id from gone) and r.job_id not in (select id from parked)),
        -- What it does not name lies where others have looked already.
        \(JobFragments.told(of: """
            select j.kind, j.priority, j.run_at from held join bursar.job j on j.id = any(held.ids)
            where cardinality(held.ids) > cardinality($2) + cardinality($3) + cardinality($6)
              and j.id <> all($2) and j.id <> all($3) and j.id <> all($6)
            """)),
        counted as (
            insert into bursar.tally_change (kind, waiting, done, failed, parked)
            select kind, -sum(done + failed + parked), sum(done), sum(failed), sum(parked)
            from (select kind, (state = 'done')::integer as done, (state = 'failed')::integer as failed, 0 as parked
                  from gone
                  union all
                  select kind, 0, 0, 1 from parked) c
            group by kind)
        select \(PausedByRun.arrays(of: "paused")), (select count(*) from told) from held
        """

    /// What else changes of a run that one of the batch began.
    private static let sharedChanges = """
        started_at = coalesce(r.started_at, (select claimed_at from held)),
        descendants_failed = r.descendants_failed
            + (select count(*)::integer from broken b where b.execution_id = r.execution_id)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(receipt.lease)
        bindings.append(receipt.done)
        bindings.append(receipt.postponed.map(\.id))
        bindings.append(receipt.postponed.map { $0.after.wholeMicroseconds })
        bindings.append(receipt.postponed.map(\.failure))
        bindings.append(receipt.ended.map(\.id))
        bindings.append(receipt.ended.map { $0.park?.rawValue })
        bindings.append(receipt.ended.map(\.error))
        bindings.append(now)
    }

    /// The schedules that paused themselves.
    static func output(from row: inout Row) throws(PostgresError) -> [PausedByRun] {
        try PausedByRun.read(from: &row)
    }
}

/// Keeps every other daemon from taking a batch of the kind until this transaction ends: what the next statement sees
/// of batches is all there are.
struct LockKind: Statement {
    let kind: String

    static let sql = "select name from bursar.kind where name = $1 for update"

    func bind(to bindings: inout Bindings) {
        bindings.append(kind)
    }

    static func output(from row: inout Row) throws(PostgresError) -> String {
        try row.next()
    }
}

/// Takes due jobs of an idempotent kind together. Their rows stay as they are: one row of the batch names them.
struct ClaimBatch: Statement {
    let kind: KindLimits
    let limit: Int32
    let daemon: DaemonID
    let from: [LowWaterMarks.Line: LowWaterMarks.Position]
    /// Every batch of the kind with a lesser number is gone.
    let oldestLease: Int64
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        line as materialized (
            select l.priority, l.run_at, l.id
            from unnest($3::smallint[], $4::timestamptz[], $5::bigint[]) as l (priority, run_at, id)
            where \(JobFragments.isAlive("$8"))
              and not exists (select from bursar.kind k where k.name = $2 and k.paused_at is not null)),
        other as materialized (select lease, ids from bursar.batch where kind = $2 and lease >= $6),
        busy as materialized (select unnest(ids) as id from other),
        found as (
            select j.id, j.payload, j.attempt, j.failures, j.interruptions, j.priority, j.run_at
            from line, clock, lateral (
                select c.id, c.payload, c.attempt, c.failures, c.interruptions, c.priority, c.run_at from bursar.job c
                where c.kind = $2 and c.priority = line.priority and (c.run_at, c.id) > (line.run_at, line.id)
                  and c.run_at <= clock.now and c.state = 'waiting' and not c.held and c.cancel_requested_at is null
                  and c.id not in (select id from busy)
                order by c.run_at, c.id limit $7) j
            order by j.priority, j.run_at, j.id limit $7),
        counted as (
            select f.id, f.payload, f.attempt, f.failures, f.priority, f.run_at, row_number() over place as n,
                   max(f.interruptions) over place as cuts
            from found f window place as (order by f.priority, f.run_at, f.id)),
        -- One of those whose batch was cut off kills its daemon: half as many share its lot each time, until it is
        -- alone.
        ready as materialized (
            select id, payload, attempt, failures, priority, run_at from counted
            where n = 1 or n <= $7 >> least(cuts, 30)),
        noted as (
            insert into bursar.batch (lease, kind, daemon_id, ids, claimed_at, deadline)
            select bursar.next_lease(), $2, $8, r.ids, clock.now,
                   clock.now + $9::bigint * interval '1 microsecond'
            from (select array_agg(id) as ids from ready having count(*) > 0) r, clock
            returning lease)
        select noted.lease, coalesce((select min(lease) from other), noted.lease), r.id, r.payload::text, r.attempt,
               r.failures, r.priority, r.run_at
        from noted, ready r
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(kind.kind.name)
        bindings.append(from.map { Int16(clamping: $0.key.priority) })
        bindings.append(from.map(\.value.runAt))
        bindings.append(from.map(\.value.job))
        bindings.append(oldestLease)
        bindings.append(limit)
        bindings.append(daemon.uuid)
        bindings.append(kind.deadline.wholeMicroseconds)
    }

    /// A job of the batch, and where it stood.
    struct Taken: Sendable {
        let lease: Int64
        let oldestLease: Int64
        let job: BatchedJob
        let priority: Int
        let runAt: Instant
    }

    static func output(from row: inout Row) throws(PostgresError) -> Taken {
        Taken(
            lease: try row.next(), oldestLease: try row.next(),
            job: BatchedJob(
                id: try row.next(), payload: try row.next(), attempt: Int(try row.next(Int32.self)),
                failures: Int(try row.next(Int32.self))),
            priority: Int(try row.next(Int16.self)), runAt: try row.next())
    }
}
