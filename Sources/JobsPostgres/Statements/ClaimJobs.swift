import Jobs
import Postgres
import Primitives

/// Takes due jobs of kinds that nothing gates, under one fresh lease, and starts the runs they began.
struct ClaimJobs: Statement {
    let now: Instant?
    let limit: Int32
    let kinds: [KindLimits]
    let daemon: DaemonID
    /// Where to begin in each line.
    let from: [LowWaterMarks.Line: LowWaterMarks.Position]

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        line as materialized (
            select l.kind, l.priority, l.run_at, l.id
            from unnest($2::text[], $3::smallint[], $4::timestamptz[], $5::bigint[]) as l (kind, priority, run_at, id)
            where \(JobFragments.isAlive("$9"))
              and not exists (select from bursar.kind k where k.name = l.kind and k.paused_at is not null)),
        candidate as materialized (
            select j.id, j.priority, j.run_at
            from line, clock, lateral (
                select c.id, c.priority, c.run_at from bursar.job c
                where c.kind = line.kind and c.priority = line.priority and (c.run_at, c.id) > (line.run_at, line.id)
                  and c.run_at <= clock.now and c.state = 'waiting' and not c.held and c.cancel_requested_at is null
                order by c.run_at, c.id limit $8 * 2) j
            order by j.priority, j.run_at, j.id limit $8 * 2),
        ready as materialized (
            select j.id from candidate c join bursar.job j on j.id = c.id, clock
            where j.state = 'waiting' and not j.held and j.run_at <= clock.now and j.cancel_requested_at is null
            order by c.priority, c.run_at, c.id
            limit $8 for update of j skip locked),
        \(ClaimedRow.taken(kinds: "$6", deadlines: "$7", daemon: "$9"))
        select seen.jobs, \(ClaimedRow.columns)
        from (select count(*) as jobs from candidate) as seen
             left join (taken t left join begun b on b.job_id = t.id) on true
        \(ClaimedRow.order)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        let lines = from.sorted { ($0.key.kind.name, $0.key.priority) < ($1.key.kind.name, $1.key.priority) }
        bindings.append(lines.map(\.key.kind.name))
        bindings.append(lines.map { Int16(clamping: $0.key.priority) })
        bindings.append(lines.map(\.value.runAt))
        bindings.append(lines.map(\.value.job))
        bindings.append(kinds.map(\.kind.name))
        bindings.append(kinds.map { $0.deadline.wholeMicroseconds })
        bindings.append(limit)
        bindings.append(daemon.uuid)
    }

    /// A job that was taken, none in the only row of a claim that took none; and how many it saw that were due.
    static func output(from row: inout Row) throws(PostgresError) -> (taken: ClaimedRow?, seen: Int) {
        let seen = try row.next(Int.self)
        return (taken: try ClaimedRow(from: &row), seen: seen)
    }
}

/// A job as a claim took it, and where it stood.
struct ClaimedRow: Sendable {
    let claim: Claim
    let line: LowWaterMarks.Line
    let position: LowWaterMarks.Position

    /// CTEs that take the jobs of `ready (id)`. Expects `clock`.
    static func taken(kinds: String, deadlines: String, daemon: String) -> String {
        """
        -- One number for all that is taken at once; none is spent when nothing is.
        number as materialized (select bursar.next_lease() as lease from ready limit 1),
        taken as (
            update bursar.job j
            set state = 'running', lease = number.lease, daemon_id = \(daemon), attempt = attempt + 1,
                claimed_at = clock.now, deadline = clock.now + known.us * interval '1 microsecond'
            from ready, number, clock, unnest(\(kinds)::text[], \(deadlines)::bigint[]) as known (kind, us)
            where j.id = ready.id and known.kind = j.kind
            returning j.id, j.lease, j.kind, j.payload, j.checkpoint, j.attempt, j.failures, j.money, j.claimed_at,
                      j.order_key, j.limit_key, j.execution_id, j.priority, j.run_at),
        \(JobFragments.counted(from: "taken", ["waiting": "-1", "running": "1"])),
        begun as (
            update bursar.run r set started_at = coalesce(r.started_at, clock.now)
            from taken, clock where r.job_id = taken.id
            returning r.job_id, r.execution_id, r.tick_instant, r.tick_nominal, r.tick_previous_nominal, r.tick_zone)
        """
    }

    /// What is read of them.
    static let columns = """
        t.id, t.lease, t.kind, t.payload::text, t.checkpoint::text, t.attempt, t.failures, t.money, t.claimed_at,
        t.order_key, t.limit_key, t.priority, t.run_at, coalesce(b.execution_id, t.execution_id),
        t.execution_id is null, b.tick_instant, extract(epoch from b.tick_nominal)::bigint,
        extract(epoch from b.tick_previous_nominal)::bigint, b.tick_zone
        """

    static let order = "order by t.priority, t.run_at, t.id"

    /// Nil: the claim took nothing.
    init?(from row: inout Row) throws(PostgresError) {
        guard let job = try row.next(Int64?.self) else { return nil }
        let lease = try row.next(Int64.self)
        let kind = JobKind(try row.next(String.self))
        let payload = try row.next(String.self)
        let checkpoint = try row.next(String?.self)
        let attempt = try row.next(Int32.self)
        let failures = try row.next(Int32.self)
        let money = try row.next(Bool.self)
        let claimedAt = try row.next(Instant.self)
        let orderKey = try row.next(String?.self)
        let limitKey = try row.next(String?.self)
        line = LowWaterMarks.Line(kind: kind, priority: Int(try row.next(Int16.self)))
        position = LowWaterMarks.Position(runAt: try row.next(), job: job)
        let execution = try row.next(ExecutionID?.self)
        let isRoot = try row.next(Bool.self)
        claim = Claim(
            job: job, lease: lease, kind: kind, payload: payload, checkpoint: checkpoint, attempt: Int(attempt),
            failures: Int(failures), money: money,
            place: orderKey.map { .ordered(key: $0) } ?? limitKey.map { .limited(key: $0) }, execution: execution,
            isRoot: isRoot, tick: try Self.tick(from: &row), claimedAt: claimedAt)
    }

    private static func tick(from row: inout Row) throws(PostgresError) -> TickPeriod? {
        let instant = try row.next(Instant?.self)
        let nominal = try row.next(Int64?.self)
        let previous = try row.next(Int64?.self)
        let zone = try row.next(String?.self)
        guard let instant, let nominal, let zone else { return nil }
        return TickPeriod(
            instant: instant, nominal: CivilDateTime(wallSeconds: nominal),
            previousNominal: previous.map { CivilDateTime(wallSeconds: $0) }, zone: zone)
    }
}

/// The earliest instants at which waiting jobs of our kinds are due.
struct NextDueJob: Statement {
    let now: Instant?
    let from: [LowWaterMarks.Line: LowWaterMarks.Position]

    /// CTEs over lines `(kind, priority, run_at)`: `upcoming (run_at)` and `overdue (found)`. Expects `clock`.
    static func looked(kinds: String, priorities: String, from: String) -> String {
        """
        line as materialized (
            select l.kind, l.priority, l.run_at
            from unnest(\(kinds)::text[], \(priorities)::smallint[], \(from)::timestamptz[])
                as l (kind, priority, run_at)),
        upcoming as (
            select min(j.run_at) as run_at from line, clock, lateral (
                select c.run_at from bursar.job c
                where c.kind = line.kind and c.priority = line.priority and c.run_at > clock.now
                  and c.state = 'waiting' and not c.held
                order by c.run_at limit 1) j),
        overdue as (
            select exists (
                select from line, clock, lateral (
                    select from bursar.job c
                    where c.kind = line.kind and c.priority = line.priority and c.run_at >= line.run_at
                      and c.run_at <= clock.now and c.state = 'waiting' and not c.held
                    limit 1) j) as found)
        """
    }

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        \(looked(kinds: "$2", priorities: "$3", from: "$4"))
        select upcoming.run_at, overdue.found, clock.now from upcoming, overdue, clock
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(from.map(\.key.kind.name))
        bindings.append(from.map { Int16(clamping: $0.key.priority) })
        bindings.append(from.map(\.value.runAt))
    }

    static func output(from row: inout Row) throws(PostgresError) -> NextDue {
        NextDue(due: try row.next(), isOverdue: try row.next(), now: try row.next())
    }
}
