import Cron
import Postgres
import Primitives
import Scheduling

/// How ticks were decided, of those that were.
struct DecisionsOfTicks: Statement {
    let schedule: Int64
    let keys: [String]

    static let sql = "select key, decision from bursar.tick where schedule_id = $1 and key = any($2)"

    func bind(to bindings: inout Bindings) {
        bindings.append(schedule)
        bindings.append(keys)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (key: String, decision: String) {
        (key: try row.next(String.self), decision: try row.next(String.self))
    }
}

/// The stretches of ticks, decided alike and none of them a job, that touch a span.
struct StretchesOfTicks: Statement {
    let schedule: Int64
    let span: ClosedRange<Instant>

    static let sql = """
        select instant, extract(epoch from nominal)::bigint, last_instant, extract(epoch from last_nominal)::bigint
        from bursar.tick where schedule_id = $1 and ticks > 1 and last_instant >= $2 and instant <= $3
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(schedule)
        bindings.append(span.lowerBound)
        bindings.append(span.upperBound)
    }

    static func output(from row: inout Row) throws(PostgresError) -> DecidedStretch {
        let begin = try row.next(Instant.self)
        let nominalBegin = CivilDateTime(wallSeconds: try row.next())
        return DecidedStretch(
            instants: begin...max(begin, try row.next()),
            nominals: nominalBegin...max(nominalBegin, CivilDateTime(wallSeconds: try row.next())))
    }
}

/// From the first to the last tick of a stretch.
struct DecidedStretch: Sendable {
    let instants: ClosedRange<Instant>
    let nominals: ClosedRange<CivilDateTime>

    func holds(_ tick: Tick, of schedule: Schedule) -> Bool {
        schedule.expression.isFixed ? nominals.contains(tick.nominal) : instants.contains(tick.instant)
    }
}

/// Which of these periods of a money schedule were run.
struct PeriodsRun: Statement {
    let schedule: Int64
    let periods: [String]

    static let sql = """
        select period from bursar.tick where schedule_id = $1 and period = any($2) and job_id is not null
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(schedule)
        bindings.append(periods)
    }

    static func output(from row: inout Row) throws(PostgresError) -> String {
        try row.next()
    }
}

/// SHA-256 of a text in hexadecimal digits.
struct DigestOfText: Statement {
    let text: String

    static let sql = "select encode(sha256(convert_to($1, 'UTF8')), 'hex')"

    func bind(to bindings: inout Bindings) {
        bindings.append(text)
    }

    static func output(from row: inout Row) throws(PostgresError) -> String {
        try row.next()
    }
}

/// Inserts ticks under the backfill's own keys, their jobs in the order of the ticks, and their runs. The jobs go one
/// after the other under a key of their own: they neither hold up the schedule's ticks nor wait for them.
struct InsertBackfill: Statement {
    let schedule: Int64
    let plan: BackfillPlan
    let source: String
    let now: Instant

    static let sql = """
        with rule as (select id, kind, payload, zone, money from bursar.schedule where id = $1),
        numbered as materialized (
            select key, instant, nominal, previous, period, execution, n, nextval('bursar.job_id') as job_id
            from (select key, instant, timestamp '1970-01-01' + nominal * interval '1 second' as nominal,
                         timestamp '1970-01-01' + previous * interval '1 second' as previous, period, execution, n
                  from unnest($4::text[], $5::timestamptz[], $6::bigint[], $7::bigint[], $8::text[], $9::uuid[])
                      with ordinality as t (key, instant, nominal, previous, period, execution, n) order by n) t),
        decided as (
            insert into bursar.tick (schedule_id, key, instant, nominal, decision, period, job_id, decided_at)
            select $1, key, instant, nominal, 'enqueued', period, job_id, $3 from numbered order by n),
        enqueued as (
            insert into bursar.job (id, kind, payload, state, run_at, order_key, money, created_at, held)
            select n.job_id, rule.kind, rule.payload, 'waiting', $3, 'backfill/' || rule.id || '/' || $10, rule.money,
                   $3, n.n > (select min(n) from numbered)
            from numbered n, rule
            returning id, kind),
        counted as (
            insert into bursar.tally_change (kind, waiting) select kind, count(*) from enqueued group by kind),
        begun as (
            insert into bursar.run
                (execution_id, job_id, kind, schedule_id, trigger, source, tick_instant, tick_nominal,
                 tick_previous_nominal, tick_zone, created_at)
            select n.execution, n.job_id, rule.kind, rule.id, 'manual', $2, n.instant, n.nominal, n.previous, rule.zone,
                   $3
            from numbered n, rule),
        told as (select pg_notify('bursar_job', '') from enqueued limit 1)
        select count(*), min(id), max(id), (select count(*) from told) from enqueued having count(*) > 0
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(schedule)
        bindings.append(source)
        bindings.append(now)
        bindings.append(plan.ticks.map { BackfillPlan.key($0) })
        bindings.append(plan.ticks.map(\.instant))
        bindings.append(plan.ticks.map(\.nominal.wallSeconds))
        bindings.append(plan.ticks.map { $0.previousNominal?.wallSeconds })
        bindings.append(plan.ticks.map(\.period))
        bindings.append(plan.ticks.map { ExecutionID.make(at: max(now, $0.instant)).uuid })
        bindings.append(plan.name)
    }

    static func output(from row: inout Row) throws(PostgresError) -> BackfillOperations.Started {
        BackfillOperations.Started(count: try row.next(), firstJob: try row.next(), lastJob: try row.next())
    }
}
