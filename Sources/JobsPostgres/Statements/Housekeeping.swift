import Jobs
import Postgres
import Primitives

/// Settles what no daemon will take: jobs whose attempt ended short of done after an operator had asked for its end are
/// cancelled now; due ones whose kind no daemon that lives knows are set aside, visible, and freed when one comes that
/// does; and whoever was overlooked at the head of a line steps forward.
///
/// Which kinds have anything waiting is read from the counters, so that known kinds are not looked at, however many
/// jobs they have.
struct SettleWaiting: Statement {
    let now: Instant?

    /// Jobs of an unknown kind set aside, and lines mended, in one pass.
    private static let passMax = 10_000

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        unwanted as materialized (
            select j.id from bursar.job j
            where j.cancel_requested_at is not null and j.state <> 'running' and not \(CancelledJobs.isInBatch)
            for update skip locked),
        \(CancelledJobs.ended(from: "unwanted")),
        known as materialized (
            select distinct unnest(kinds) as kind from bursar.daemon where ended_at is null),
        unknown as materialized (
            select t.kind from bursar.tally t
            where t.state = 'waiting' and t.jobs > 0 and not exists (select from known where known.kind = t.kind)),
        lost as materialized (
            select j.id from unknown, unnest(array[-1, 0, 1]::smallint[]) as level (priority), clock, lateral (
                select c.id from bursar.job c
                where c.kind = unknown.kind and c.priority = level.priority and c.run_at <= clock.now
                  and c.state = 'waiting' and not c.held and c.cancel_requested_at is null
                order by c.run_at, c.id limit \(passMax) for update skip locked) j),
        parked as (
            update bursar.job j
            set state = 'parked', park_code = 'unknown_kind',
                error = format('no daemon that runs now knows jobs of kind "%s"; start one whose build does', j.kind)
            from lost where j.id = lost.id
            returning j.id, j.kind),
        \(JobFragments.counted(from: "parked", ["waiting": "-1", "parked": "1"]))
        select id from parked
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// Lets those step forward whom nobody let: several left a line in one statement, a run that kept its place ended, or
/// the kind's limit was raised. Looks at some lines, from a key on.
struct MendLines: Statement {
    /// An ordered line's key, or a limited one's kind and key: lines up to it were looked at.
    let afterOrder: String
    let afterLimit: (kind: String, key: String)
    let now: Instant?

    /// Lines of each sort looked at in one pass, and jobs of one limited line that step forward in it.
    private static let passMax = 5_000
    private static let stepMax = 1_000

    static let sql = """
        with recursive clock as (select coalesce($1, clock_timestamp()) as now),
        ordered (key, n) as (
            (select order_key, 1 from bursar.job where order_key > $2 and held order by order_key limit 1)
            union all
            select (select j.order_key from bursar.job j
                    where j.order_key > o.key and j.held order by j.order_key limit 1), n + 1
            from ordered o where o.key is not null and n < \(passMax)),
        limited (kind, key, n) as (
            (select kind, limit_key, 1 from bursar.job
             where (kind, limit_key) > ($3, $4) and held and limit_key is not null order by kind, limit_key limit 1)
            union all
            select next.kind, next.limit_key, n + 1
            from limited l, lateral (
                select j.kind, j.limit_key from bursar.job j
                where (j.kind, j.limit_key) > (l.kind, l.key) and j.held and j.limit_key is not null
                order by j.kind, j.limit_key limit 1) next
            where n < \(passMax)),
        headless as (
            select (select min(h.id) from bursar.job h where h.order_key = o.key and h.held) as id
            from ordered o
            where o.key is not null
              and not exists (select from bursar.job j where j.order_key = o.key and not j.held)
              and not exists (select from bursar.run r where r.kept_order_key = o.key and r.outcome is null)),
        roomy as (
            select h.id from limited l, clock, lateral (
                select w.id from bursar.job w
                where w.kind = l.kind and w.limit_key = l.key and w.held
                order by w.id
                limit greatest(0, least(\(stepMax), (
                    select coalesce((select k.per_key from bursar.kind k where k.name = l.kind), 2147483647) - count(*)
                    from bursar.job w
                    where w.kind = l.kind and w.limit_key = l.key and not w.held
                      and (w.state = 'running' or w.state = 'waiting' and w.run_at <= clock.now))))) h),
        -- One whom an open transaction has let step forward already is passed over: nobody knows how long it takes.
        next as materialized (
            select j.id from bursar.job j
            where j.id in (select id from headless union all select id from roomy) and j.held
            for update skip locked),
        stepped as (
            update bursar.job j set held = false
            from next n where j.id = n.id
            returning j.kind, j.priority, j.run_at)
        select (select max(key) from ordered having count(*) >= \(passMax)),
               (select l.kind from limited l where l.n = \(passMax)),
               (select l.key from limited l where l.n = \(passMax)),
               s.kind, s.priority, s.run_at
        from clock left join stepped s on true
        """

    /// How far a pass came, nil when to the end, and who stepped forward.
    struct Mended: Sendable {
        let lastOrder: String?
        let lastLimit: (kind: String, key: String)?
        let wakeUp: WakeUp?
    }

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(afterOrder)
        bindings.append(afterLimit.kind)
        bindings.append(afterLimit.key)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Mended {
        let order = try row.next(String?.self)
        let kind = try row.next(String?.self)
        let key = try row.next(String?.self)
        return Mended(
            lastOrder: order, lastLimit: kind.flatMap { kind in key.map { (kind, $0) } },
            wakeUp: try WakeUp.read(from: &row))
    }
}

/// Adds what was appended to the counters.
struct FoldTally: Statement {
    /// Changes folded in one pass.
    private static let passMax = 50_000

    static let sql = """
        -- One at a time, so that no row need be locked before it is deleted.
        with mine as materialized (select pg_try_advisory_xact_lock(hashtextextended('bursar.tally', 0)) as is_free),
        gone as (
            delete from bursar.tally_change
            where (select is_free from mine)
              and id in (select id from bursar.tally_change order by id limit \(passMax))
            returning kind, waiting, running, parked, done, failed, cancelled),
        summed as (
            select g.kind, s.state, sum(s.jobs) as jobs
            from gone g, lateral (values
                ('waiting', g.waiting), ('running', g.running), ('parked', g.parked), ('done', g.done),
                ('failed', g.failed), ('cancelled', g.cancelled)) as s (state, jobs)
            where s.jobs <> 0
            group by g.kind, s.state)
        insert into bursar.tally as t (kind, state, jobs)
        select kind, state, jobs from summed where jobs <> 0 order by kind, state
        on conflict (kind, state) do update set jobs = t.jobs + excluded.jobs
        """
}

/// Ends the runs whose own job and all that it started have ended, and holds the schedules of those that failed so.
/// Gives the schedules that it held; the next of a line steps forward when lines are mended.
struct CloseRuns: Statement {
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        over as materialized (
            select r.execution_id, r.schedule_id from bursar.run r
            where r.root_ended_at is not null and r.outcome is null
              and not exists (select from bursar.job c where c.execution_id = r.execution_id)
            for update of r skip locked),
        closed as (
            update bursar.run r
            set finished_at = clock.now,
                outcome = case when r.descendants_failed > 0 and r.root_outcome <> 'cancelled' then 'failed'
                          else r.root_outcome end
            from over, clock where r.execution_id = over.execution_id
            returning r.schedule_id, r.execution_id, r.outcome, r.error),
        \(JobFragments.paused)
        select name, execution_id from paused
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> PausedByRun {
        PausedByRun(schedule: try row.next(), run: try row.next())
    }
}
