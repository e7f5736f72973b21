import Cron
import Postgres
import Primitives
import Scheduling

extension ScheduleFileDigest {
    /// Whether a daemon may fire schedule `s`: those of a file only while its own file is the one that holds. Compared
    /// inside each statement, so that a daemon need not have heard yet that another file holds.
    static func mayFire(_ digest: String) -> String {
        "(s.origin = 'operator' or \(digest)::text is null or \(digest) = (select digest from bursar.schedule_file))"
    }
}

/// Schedules whose next tick has come, oldest first.
struct DueSchedules: Statement {
    let now: Instant?
    let limit: Int32
    let fileDigest: String?

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now)
        select clock.now, s.id, s.name, s.kind, s.payload::text, s.expression, s.zone, s.money, s.catch_up,
               s.catch_up_limit, s.max_lateness_us, s.overlap, s.pause_on_failure, s.enabled, s.cursor, s.revision,
               exists (select from bursar.job j where j.order_key = 'schedule/' || s.id and not j.held)
               or exists (select from bursar.run r where r.kept_order_key = 'schedule/' || s.id and r.outcome is null)
        from bursar.schedule s, clock
        where s.next_due <= clock.now and s.paused_at is null and s.removed_at is null
          and \(ScheduleFileDigest.mayFire("$3"))
        order by s.next_due, s.id
        limit $2
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(limit)
        bindings.append(fileDigest)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (now: Instant, stored: StoredSchedule) {
        (now: try row.next(Instant.self), stored: try StoredSchedule(from: &row))
    }
}

struct NextDueSchedule: Statement {
    let now: Instant?
    let fileDigest: String?
    /// Schedules that stay due whatever is done: not counted.
    var unreadable: [Int64] = []

    static let sql = """
        select (select min(s.next_due) from bursar.schedule s
                where s.paused_at is null and s.removed_at is null and s.id <> all($3)
                  and \(ScheduleFileDigest.mayFire("$2"))),
               coalesce($1, clock_timestamp())
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(fileDigest)
        bindings.append(unreadable)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (due: Instant?, now: Instant) {
        (due: try row.next(Instant?.self), now: try row.next(Instant.self))
    }
}

/// The one statement of the law of ticks: locks the schedules in id order, moves each cursor from the very value the
/// decision was made from, and inserts the decided ticks with their jobs and runs. The second to come inserts nothing.
struct CommitPasses: Statement {
    let now: Instant?
    let schedules: [Int64]
    let revisions: [Int64]
    let oldCursors: [Instant]
    let newCursors: [Instant]
    let nextDue: [Instant?]
    /// One entry a tick from here on; `tickSchedules` names the schedule of each.
    let tickSchedules: [Int64]
    let keys: [String]
    let instants: [Instant]
    let nominals: [Int64]
    let previousNominals: [Int64?]
    let decisions: [String]
    /// One execution id a tick, used where the tick becomes a job.
    let executions: [ExecutionID]
    let fileDigest: String?

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        pass as (
            select id, revision, old_cursor, new_cursor, next_due
            from unnest($2::bigint[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
                as p (id, revision, old_cursor, new_cursor, next_due)),
        held as materialized (
            select s.id from bursar.schedule s join pass p using (id)
            where s.cursor = p.old_cursor and s.revision = p.revision and s.paused_at is null and s.removed_at is null
              and \(ScheduleFileDigest.mayFire("$14"))
            order by s.id
            for update of s skip locked),
        advanced as (
            update bursar.schedule s set cursor = p.new_cursor, next_due = p.next_due
            from held join pass p using (id)
            where s.id = held.id
            returning s.*),
        decided as (
            insert into bursar.tick (schedule_id, key, instant, nominal, decision, job_id, decided_at)
            select t.schedule, t.key, t.instant, timestamp '1970-01-01' + t.nominal * interval '1 second', t.decision,
                   case when t.decision = 'enqueued' then nextval('bursar.job_id') end, clock.now
            from unnest($7::bigint[], $8::text[], $9::timestamptz[], $10::bigint[], $11::text[])
                with ordinality as t (schedule, key, instant, nominal, decision, n)
            join advanced a on a.id = t.schedule, clock
            order by t.n
            on conflict (schedule_id, key) do nothing
            returning schedule_id, key, instant, nominal, job_id),
        enqueued as (
            insert into bursar.job (id, kind, payload, state, run_at, order_key, money, created_at, held)
            select d.job_id, a.kind, a.payload, 'waiting', least(d.instant, clock.now), l.key, a.money, clock.now,
                   -- Behind the one that is at work, or at the head; the transaction stands in all these lines.
                   l.key is not null and (
                       exists (select from bursar.job j where j.order_key = l.key and not j.held)
                       or exists (select from bursar.run r where r.kept_order_key = l.key and r.outcome is null)
                       or row_number() over (partition by l.key order by d.job_id) > 1)
            from decided d join advanced a on a.id = d.schedule_id, clock,
                 lateral (select case when a.overlap <> 'allow' then 'schedule/' || a.id end as key) l
            where d.job_id is not null
            returning kind, priority, run_at, id),
        counted as (
            insert into bursar.tally_change (kind, waiting) select kind, count(*) from enqueued group by kind),
        begun as (
            insert into bursar.run
                (execution_id, job_id, kind, schedule_id, trigger, source, tick_instant, tick_nominal,
                 tick_previous_nominal, tick_zone, created_at)
            select t.execution, d.job_id, a.kind, a.id, 'scheduled', a.name, d.instant, d.nominal,
                   timestamp '1970-01-01' + t.previous * interval '1 second', a.zone, clock.now
            from decided d join advanced a on a.id = d.schedule_id
            join unnest($7::bigint[], $8::text[], $12::bigint[], $13::uuid[])
                as t (schedule, key, previous, execution) on t.schedule = d.schedule_id and t.key = d.key, clock
            where d.job_id is not null),
        told as (
            select pg_notify('bursar_job', \(WakeUp.payload(kind: "kind", priority: "priority", runAt: "min(run_at)")))
            from enqueued group by kind, priority)
        select (select count(*) from advanced), (select count(*) from enqueued), (select count(*) from told)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(schedules)
        bindings.append(revisions)
        bindings.append(oldCursors)
        bindings.append(newCursors)
        bindings.append(nextDue)
        bindings.append(tickSchedules)
        bindings.append(keys)
        bindings.append(instants)
        bindings.append(nominals)
        bindings.append(decisions)
        bindings.append(previousNominals)
        bindings.append(executions.map(\.uuid))
        bindings.append(fileDigest)
    }

    static func output(from row: inout Row) throws(PostgresError) -> CommittedPasses {
        CommittedPasses(advanced: Int(try row.next(Int64.self)), enqueued: Int(try row.next(Int64.self)))
    }
}
