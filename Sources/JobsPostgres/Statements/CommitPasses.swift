import Cron
import Postgres
import Primitives
import Scheduling

import struct FoundationEssentials.UUID

/// The one statement of the law of ticks: locks the schedules in id order, moves each cursor from the very value the
/// decision was made from, and inserts the decided ticks with their jobs and runs. The second to come inserts nothing.
struct CommitPasses: Statement {
    let now: Instant?
    let passes: [(due: DueSchedule, pass: SchedulePass)]
    /// A tick, its schedule with the job of its unfinished run, and where among all of them the one stands whose run is
    /// in its way, from 1.
    let ticks: [(tick: Tick, schedule: Int64, unfinished: Int64?, blocker: Int64?)]
    let fileDigest: String?
    /// How far the clock may have gone past what was decided; nil: any way.
    let lateness: Duration?

    init(now: Instant?, passes: [(DueSchedule, SchedulePass)], fileDigest: String?, lateness: Duration? = nil) {
        self.lateness = lateness
        self.now = now
        self.passes = passes
        self.fileDigest = fileDigest
        var ticks: [(Tick, Int64, Int64?, Int64?)] = []
        for (due, pass) in passes {
            let base = ticks.count + 1
            ticks += pass.ticks.map { ($0, due.id, due.unfinished, $0.blocker.map { Int64(base + $0) }) }
        }
        self.ticks = ticks
    }

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        -- Each is looked up by its key, however small the table was when this was planned, and never in the index of
        -- what is due, which does not know where a key lies.
        held as materialized (
            select s.id, p.new_cursor, p.next_due, \(wall("p.new_wall")) as new_wall
            from unnest($2::bigint[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
                        $7::bigint[], $8::bigint[])
                as p (id, revision, old_cursor, new_cursor, next_due, old_wall, new_wall),
                lateral (
                    select s.id from bursar.schedule s
                    where s.id = p.id and s.cursor = p.old_cursor and s.revision = p.revision
                      and s.wall is not distinct from \(wall("p.old_wall"))
                      and coalesce(s.paused_at, s.removed_at) is null
                      and p.new_cursor <= (select now from clock)
                      and coalesce((select now from clock) <= p.new_cursor + $24 * interval '1 microsecond', true)
                      and \(ScheduleFileDigest.mayFire("$22")) and \(ClockHoldStatements.mayMove)
                    for update skip locked) s),
        advanced as (
            update bursar.schedule s set cursor = held.new_cursor, next_due = held.next_due, wall = held.new_wall
            from held where s.id = held.id
            returning s.id),
        -- What a pass was made from is what is locked now: the rule itself is read by its key.
        numbered as materialized (
            select n, schedule, key, instant, nominal, previous, decision, period, ticks, last_instant, last_nominal,
                   blocker, stagger, execution, unfinished, settled_by, name, kind, payload, zone, money, overlap,
                   case when decision = 'enqueued' and settled_by is null then nextval('bursar.job_id') end as job_id
            from (select t.n, t.schedule, t.key, t.instant, \(wall("t.nominal")) as nominal,
                         \(wall("t.previous")) as previous, t.decision, t.period, t.ticks, t.last_instant,
                         \(wall("t.last_nominal")) as last_nominal, t.blocker,
                         t.stagger * interval '1 microsecond' as stagger, t.execution, t.unfinished, s.name, s.kind,
                         s.payload, s.zone, s.money, s.overlap,
                         case when t.decision = 'enqueued' and t.period is not null then (
                             select e.job_id from bursar.tick e
                             where e.schedule_id = t.schedule and e.period = t.period and e.job_id is not null) end
                             as settled_by
                  from unnest($10::bigint[], $11::text[], $12::timestamptz[], $13::bigint[], $14::bigint[],
                              $15::text[], $16::text[], $17::bigint[], $18::timestamptz[], $19::bigint[],
                              $20::bigint[], $21::bigint[], $23::uuid[], $9::bigint[])
                      with ordinality as t (schedule, key, instant, nominal, previous, decision, period, ticks,
                                            last_instant, last_nominal, blocker, stagger, execution, unfinished, n)
                  join bursar.schedule s on s.id = t.schedule
                  where (t.schedule in (select id from advanced)) is true
                  order by t.n) t),
        decided as (
            insert into bursar.tick as t
                (schedule_id, key, instant, nominal, decision, period, ticks, last_instant, last_nominal, blocked_by,
                 job_id, decided_at)
            select m.schedule, m.key, m.instant, m.nominal,
                   case when m.settled_by is not null then 'settled' else m.decision end, m.period, m.ticks,
                   m.last_instant, m.last_nominal,
                   -- The blocker is an earlier tick of the same pass, and the ticks of a pass stand together.
                   coalesce(
                       m.settled_by,
                       case when m.decision = 'overlap' then
                           coalesce(lag(m.job_id, (m.n - m.blocker)::integer) over (order by m.n), m.unfinished) end),
                   m.job_id, (select now from clock)
            from numbered m
            order by m.n
            -- A local time that an edit of the zone brings again, and that started nothing the first time, is run.
            on conflict (schedule_id, key) do update
            set instant = excluded.instant, nominal = excluded.nominal, decision = excluded.decision,
                period = excluded.period, blocked_by = excluded.blocked_by, job_id = excluded.job_id,
                decided_at = excluded.decided_at
            where t.job_id is null and t.ticks = 1 and t.instant < excluded.instant and excluded.job_id is not null
            returning t.job_id),
        starting as materialized (
            select m.n, m.schedule, m.instant, m.nominal, m.previous, m.stagger, m.execution, m.name, m.kind,
                   m.payload, m.zone, m.money, m.job_id,
                   case when m.overlap <> 'allow' then 'schedule/' || m.schedule end as line
            from numbered m
            where (m.job_id in (select d.job_id from decided d where d.job_id is not null)) is true),
        enqueued as (
            insert into bursar.job (id, kind, payload, state, run_at, order_key, money, created_at, held)
            select b.job_id, b.kind, b.payload, 'waiting', least(b.instant, (select now from clock)) + b.stagger,
                   b.line, b.money, (select now from clock),
                   -- Behind the one that is at work, or at the head; the transaction stands in all these lines.
                   b.line is not null and (
                       row_number() over (partition by b.line order by b.job_id) > 1
                       or exists (select from bursar.job j where j.order_key = b.line and not j.held)
                       or exists (select from bursar.job j where j.order_key = b.line and j.held)
                       or exists (select from bursar.run r where r.kept_order_key = b.line and r.outcome is null))
            from starting b
            returning kind, priority, run_at, id),
        counted as (
            insert into bursar.tally_change (kind, waiting) select kind, count(*) from enqueued group by kind),
        begun as (
            insert into bursar.run
                (execution_id, job_id, kind, schedule_id, trigger, source, tick_instant, tick_nominal,
                 tick_previous_nominal, tick_zone, created_at)
            select b.execution, b.job_id, b.kind, b.schedule, 'scheduled', b.name, b.instant, b.nominal, b.previous,
                   b.zone, (select now from clock)
            from starting b),
        told as (
            select pg_notify('bursar_job', \(WakeUp.payload(kind: "kind", priority: "priority", runAt: "min(run_at)")))
            from enqueued group by kind, priority),
        settled as (
            select array_agg(schedule) as schedules, array_agg(key) as keys, array_agg(settled_by) as jobs
            from numbered where settled_by is not null),
        repeated as (
            select array_agg(schedule) as schedules, array_agg(key) as keys
            from numbered m
            where m.job_id is not null
              and (m.job_id in (select d.job_id from decided d where d.job_id is not null)) is not true)
        select (select array_agg(id) from advanced), (select count(*) from enqueued), (select count(*) from told),
               settled.schedules, settled.keys, settled.jobs, repeated.schedules, repeated.keys
        from settled, repeated
        """

    /// Seconds on a wall as a timestamp.
    private static func wall(_ seconds: String) -> String {
        "timestamp '1970-01-01' + \(seconds) * interval '1 second'"
    }

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(passes.map(\.due.id))
        bindings.append(passes.map(\.due.revision))
        bindings.append(passes.map(\.due.cursor))
        bindings.append(passes.map(\.pass.cursor))
        bindings.append(passes.map(\.pass.nextDue))
        bindings.append(passes.map(\.due.wall?.wallSeconds))
        bindings.append(passes.map(\.pass.wall?.wallSeconds))
        bindings.append(ticks.map(\.unfinished))
        bindings.append(ticks.map(\.schedule))
        bindings.append(ticks.map(\.tick.key))
        bindings.append(ticks.map(\.tick.instant))
        bindings.append(ticks.map(\.tick.nominal.wallSeconds))
        bindings.append(ticks.map(\.tick.previousNominal?.wallSeconds))
        bindings.append(ticks.map(\.tick.decision.rawValue))
        bindings.append(ticks.map(\.tick.period))
        bindings.append(ticks.map { Int64($0.tick.count) })
        bindings.append(ticks.map(\.tick.last?.instant))
        bindings.append(ticks.map(\.tick.last?.nominal.wallSeconds))
        bindings.append(ticks.map(\.blocker))
        bindings.append(ticks.map(\.tick.stagger.wholeMicroseconds))
        bindings.append(fileDigest)
        bindings.append(ticks.map { Self.execution(of: $0.tick) })
        bindings.append(lateness?.wholeMicroseconds)
    }

    /// The name of the run that a tick begins, if it does.
    private static func execution(of tick: Tick) -> UUID? {
        tick.decision == .enqueued ? ExecutionID.make(at: tick.instant).uuid : nil
    }

    /// What was committed, and which schedules advanced.
    static func output(from row: inout Row) throws(PostgresError) -> (passes: CommittedPasses, advanced: [Int64]) {
        let advanced = try row.next([Int64]?.self) ?? []
        let enqueued = try row.next(Int.self)
        row.skip()
        let schedules = try row.next([Int64]?.self) ?? []
        let keys = try row.next([String]?.self) ?? []
        let jobs = try row.next([Int64]?.self) ?? []
        let settled = zip(zip(schedules, keys), jobs).map { SettledTick(schedule: $0.0, key: $0.1, job: $1) }
        let repeated = zip(try row.next([Int64]?.self) ?? [], try row.next([String]?.self) ?? [])
        let committed = CommittedPasses(
            advanced: advanced.count, enqueued: enqueued, settled: settled,
            repeated: repeated.map { RepeatedTick(schedule: $0, key: $1) })
        return (committed, advanced)
    }
}
