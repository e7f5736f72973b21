import Jobs
import Postgres
import Primitives

/// Locks the kinds whose claims another daemon is not making just now, and what gates them. Gives the kinds.
///
/// Whoever holds a kind's row alone may start its jobs, so what the next statement counts stays true until it commits.
struct LockGates: Statement {
    let kinds: [String]

    static let sql = """
        with held as materialized (
            select name, bucket, breaker from bursar.kind
            where name = any($1) and paused_at is null
            order by name for update skip locked),
        bucket as materialized (
            select b.name from bursar.bucket b where b.name in (select bucket from held) order by b.name for update),
        breaker as materialized (
            select b.name from bursar.breaker b where b.name in (select breaker from held) order by b.name for update)
        select name, (select count(*) from bucket), (select count(*) from breaker) from held
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(kinds)
    }

    static func output(from row: inout Row) throws(PostgresError) -> String {
        try row.next()
    }
}

/// Takes due jobs of gated kinds that this transaction has locked, as far as their gates let them, under one fresh
/// lease; takes the tokens, and notes who tries a half-open breaker.
///
/// A gate counts only what the gates before it let through: key, kind, breaker, bucket. So nothing that one holds up
/// uses what another has to give.
struct ClaimGatedJobs: Statement {
    let now: Instant?
    let limit: Int32
    let kinds: [KindLimits]
    let daemon: DaemonID

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        gate as materialized (
            select k.name as kind, k.concurrency, k.per_key, k.bucket, k.breaker from bursar.kind k
            where k.name = any($2) and \(JobFragments.isAlive("$5"))),
        running as materialized (
            select kind, limit_key, count(*) as jobs from bursar.job
            where state = 'running' and kind = any($2) group by kind, limit_key),
        token as materialized (
            select b.name, \(Bucket.tokens) as left_over from bursar.bucket b, clock),
        trial as materialized (
            select b.name, \(Breaker.allowance) as left_over from bursar.breaker b, clock),
        candidate as materialized (
            select j.id, j.kind, j.limit_key, j.priority, j.run_at, gate.concurrency, gate.per_key, gate.bucket,
                   gate.breaker
            from gate, unnest(array[-1, 0, 1]::smallint[]) as level (priority), clock, lateral (
                select c.id, c.kind, c.limit_key, c.priority, c.run_at from bursar.job c
                where c.kind = gate.kind and c.priority = level.priority and c.run_at <= clock.now
                  and c.state = 'waiting' and not c.held and c.cancel_requested_at is null
                  and (gate.per_key is null or c.limit_key is null or gate.per_key > coalesce((
                      select r.jobs from running r where r.kind = c.kind and r.limit_key = c.limit_key), 0))
                order by c.run_at, c.id limit $4) j),
        by_key as (
            select c.*, row_number() over (partition by kind, limit_key order by priority, run_at, id) as n
            from candidate c),
        by_kind as (
            select c.*, row_number() over (partition by kind order by priority, run_at, id) as m
            from by_key c
            where c.limit_key is null or c.per_key is null or c.n <= c.per_key - coalesce((
                select r.jobs from running r where r.kind = c.kind and r.limit_key = c.limit_key), 0)),
        by_breaker as (
            select c.*, row_number() over (partition by breaker order by priority, run_at, id) as o
            from by_kind c
            where c.concurrency is null or c.m <= c.concurrency - coalesce((
                select sum(r.jobs) from running r where r.kind = c.kind), 0)),
        by_bucket as (
            select c.*, row_number() over (partition by bucket order by priority, run_at, id) as p
            from by_breaker c
            where c.breaker is null or c.o <= (select t.left_over from trial t where t.name = c.breaker)),
        ready as materialized (
            select j.id, c.bucket, c.breaker from by_bucket c join bursar.job j on j.id = c.id
            where (c.bucket is null or c.p <= (select t.left_over from token t where t.name = c.bucket))
              and j.state = 'waiting'
            order by c.priority, c.run_at, c.id limit $4 for update of j skip locked),
        \(ClaimedRow.taken(kinds: "$2", deadlines: "$3", daemon: "$5")),
        spent as (
            update bursar.bucket b
            set full_at = greatest(b.full_at, clock.now) + u.jobs * b.interval_us * interval '1 microsecond'
            from (select bucket, count(*) as jobs from ready where bucket is not null group by bucket) u, clock
            where b.name = u.bucket),
        tried as (
            update bursar.breaker b set probe_job = u.id, probe_lease = number.lease
            from (select breaker, min(id) as id from ready where breaker is not null group by breaker) u, number
            where b.name = u.breaker and b.open_until is not null)
        select \(ClaimedRow.columns) from taken t left join begun b on b.job_id = t.id
        \(ClaimedRow.order)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(kinds.map(\.kind.name))
        bindings.append(kinds.map { $0.deadline.wholeMicroseconds })
        bindings.append(limit)
        bindings.append(daemon.uuid)
    }

    static func output(from row: inout Row) throws(PostgresError) -> ClaimedRow? {
        try ClaimedRow(from: &row)
    }
}

/// When the first of the gates opens that are shut now, of kinds of which none may start before: no token, a company's
/// wish to be left alone, a breaker at rest.
struct NextOpening: Statement {
    let now: Instant?
    let kinds: [String]

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now)
        select (extract(epoch from min(g.at) - clock.now) * 1000000)::bigint
        from clock, bursar.kind k left join bursar.bucket b on b.name = k.bucket
             left join bursar.breaker r on r.name = k.breaker,
             lateral (select greatest(b.blocked_until, r.open_until, \(Bucket.nextToken)) as at) g
        where k.name = any($2) and k.paused_at is null and g.at > clock.now
        group by clock.now
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(kinds)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Duration {
        .microseconds(try row.next(Int64.self))
    }
}

/// A bucket's rules, in SQL of row `b` at `clock.now`.
enum Bucket {
    /// How many tokens it has: each one that is missing is one interval until `full_at`.
    static let tokens = """
        case when b.blocked_until > clock.now then 0
             else greatest(0, b.capacity - ceil(
                 greatest(0, extract(epoch from case when isfinite(b.full_at) then b.full_at - clock.now end) * 1000000)
                     / b.interval_us)::bigint) end
        """

    /// When it has one, or had.
    static let nextToken = """
        case when isfinite(b.full_at) then b.full_at - (b.capacity - 1) * b.interval_us * interval '1 microsecond' end
        """
}

/// A breaker's rules, in SQL of row `b` at `clock.now`.
enum Breaker {
    /// How many may start: all while it is closed, none while it is open, one at a time while it is half open.
    static let allowance = """
        case when b.open_until is null then 2147483647
             when b.open_until > clock.now then 0
             when exists (select from bursar.job t
                          where t.id = b.probe_job and t.lease = b.probe_lease and t.state = 'running') then 0
             else 1 end
        """
}

/// Leaves whoever is behind a bucket alone.
struct BlockBucket: Statement {
    let name: String
    let pause: Duration
    let now: Instant?

    static let sql = """
        update bursar.bucket
        set blocked_until = greatest(
            blocked_until, coalesce($3, clock_timestamp()) + $2::bigint * interval '1 microsecond')
        where name = $1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(name)
        bindings.append(pause.wholeMicroseconds)
        bindings.append(now)
    }
}

/// The other side answered: the breaker closes.
struct CloseBreaker: Statement {
    let name: String

    static let sql = """
        update bursar.breaker
        set failures = 0, open_until = null, probe_job = null, probe_lease = null
        where name = $1 and (failures > 0 or open_until is not null)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(name)
    }
}

/// The other side failed: one more in a row, and the breaker opens at its threshold, or again after a failed trial.
/// Gives when it may be tried again; nil while it is closed.
struct StrikeBreaker: Statement {
    let name: String
    let error: String
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($3, clock_timestamp()) as now)
        update bursar.breaker b
        set failures = b.failures + 1, last_error = $2, probe_job = null, probe_lease = null,
            open_until = case when b.failures + 1 >= b.threshold
                              then clock.now + b.rest_us * interval '1 microsecond' end
        from clock where b.name = $1
        returning b.open_until
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(name)
        bindings.append(error)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Instant? {
        try row.next()
    }
}
