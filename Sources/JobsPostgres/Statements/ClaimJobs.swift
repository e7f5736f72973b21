import Jobs
import Postgres
import Primitives

/// Takes due jobs under fresh leases, heads of their order keys only, and starts the runs they began.
struct ClaimJobs: Statement {
    let now: Instant?
    let limit: Int32
    let kinds: [String]
    /// Beside `kinds`: microseconds from the claim to the hard deadline.
    let deadlines: [Int64]
    let daemon: DaemonID

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        ready as materialized (
            select j.id from bursar.job j, clock
            where j.state = 'waiting' and j.cancel_requested_at is null and j.run_at <= clock.now and j.kind = any($3)
              and (j.order_key is null or not exists (
                  select from bursar.job e where e.order_key = j.order_key and e.id < j.id))
            order by j.priority, j.run_at, j.id
            limit $2 for update of j skip locked),
        taken as (
            update bursar.job j
            set state = 'running', lease = nextval('bursar.lease_number'), daemon_id = $5, attempt = attempt + 1,
                claimed_at = clock.now, deadline = clock.now + known.us * interval '1 microsecond'
            from ready, clock, unnest($3, $4::bigint[]) as known (kind, us)
            where j.id = ready.id and known.kind = j.kind
            returning j.*),
        begun as (
            update bursar.run r set started_at = coalesce(r.started_at, clock.now)
            from taken, clock where r.job_id = taken.id
            returning r.*)
        select t.id, t.lease, t.kind, t.payload::text, t.checkpoint::text, t.attempt, t.failures, t.money, t.claimed_at,
               b.execution_id, b.tick_instant, extract(epoch from b.tick_nominal)::bigint,
               extract(epoch from b.tick_previous_nominal)::bigint, b.tick_zone
        from taken t left join begun b on b.job_id = t.id
        order by t.priority, t.run_at, t.id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(limit)
        bindings.append(kinds)
        bindings.append(deadlines)
        bindings.append(daemon.uuid)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Claim {
        let job = try row.next(Int64.self)
        let lease = try row.next(Int64.self)
        let kind = JobKind(try row.next(String.self))
        let payload = try row.next(String.self)
        let checkpoint = try row.next(String?.self)
        let attempt = try row.next(Int32.self)
        let failures = try row.next(Int32.self)
        let money = try row.next(Bool.self)
        let claimedAt = try row.next(Instant.self)
        let execution = try row.next(ExecutionID?.self)
        return Claim(
            job: job, lease: lease, kind: kind, payload: payload, checkpoint: checkpoint, attempt: Int(attempt),
            failures: Int(failures), money: money, execution: execution, tick: try tick(from: &row),
            claimedAt: claimedAt)
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

/// The earliest instant at which a waiting job of our kinds is due.
struct NextDueJob: Statement {
    let now: Instant?
    let kinds: [String]

    static let sql = """
        select (select min(run_at) from bursar.job where state = 'waiting' and kind = any($2)
                and run_at > coalesce($1, clock_timestamp())),
               exists (select from bursar.job where state = 'waiting' and kind = any($2)
                       and run_at <= coalesce($1, clock_timestamp())),
               coalesce($1, clock_timestamp())
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(kinds)
    }

    static func output(from row: inout Row) throws(PostgresError) -> NextDue {
        NextDue(due: try row.next(), isOverdue: try row.next(), now: try row.next())
    }
}
