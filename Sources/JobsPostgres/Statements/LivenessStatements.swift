import Jobs
import Postgres
import Primitives

/// Writes a daemon's row and takes its session lock.
struct RegisterDaemon: Statement {
    let id: DaemonID
    let host: String
    let pid: Int32
    let build: String
    let kinds: [String]
    let fileDigest: String?
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($6, clock_timestamp()) as now),
        life as (
            insert into bursar.daemon (id, host, pid, build, lock_key, kinds, started_at, beat_at, file_digest)
            select $1, $2, $3, $4, nextval('bursar.lease_number'), $5, clock.now, clock.now, $7 from clock
            returning lock_key)
        select pg_try_advisory_lock(lock_key) from life
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id.uuid)
        bindings.append(host)
        bindings.append(pid)
        bindings.append(build)
        bindings.append(kinds)
        bindings.append(now)
        bindings.append(fileDigest)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Bool {
        try row.next()
    }
}

/// Jobs that were parked because no daemon knew their kind wait again: this one does.
struct FreeKnownKinds: Statement {
    let kinds: [String]

    static let sql = """
        update bursar.job set state = 'waiting', park_code = null, error = null
        where state = 'parked' and park_code = 'unknown_kind' and kind = any($1)
        returning id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(kinds)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// Says that a daemon lives, and asks in the same breath what of its work is no longer wanted. No row: it was taken for
/// dead.
struct BeatDaemon: Statement {
    let id: DaemonID
    let fileDigest: String?
    /// Another's beat that is older may be a dead daemon's.
    let staleAfter: Duration
    let now: Instant?

    static let sql = """
        with recursive clock as (select coalesce($2, clock_timestamp()) as now),
        -- Each priority that waits, found by one step through the index, however many jobs wait in it.
        level as (
            (select priority from bursar.job where state = 'waiting' order by priority limit 1)
            union all
            select (select j.priority from bursar.job j
                    where j.state = 'waiting' and j.priority > level.priority order by j.priority limit 1)
            from level where level.priority is not null),
        overdue as (
            select exists (
                select from level, clock, lateral (
                    select from bursar.job j
                    where j.state = 'waiting' and j.priority = level.priority and j.run_at <= clock.now
                    limit 1) first) as found),
        life as (
            update bursar.daemon set beat_at = greatest(beat_at, clock.now), file_digest = $3
            from clock
            where id = $1 and ended_at is null
            returning lock_key)
        select lock_key,
               array(
                   select lease from bursar.job
                   where cancel_requested_at is not null and daemon_id = $1 and state = 'running'),
               exists (select from bursar.daemon
                       where ended_at is null and id <> $1 and beat_at < clock.now - $4 * interval '1 microsecond')
               or exists (select from bursar.job where state = 'running' and deadline < clock.now)
               or overdue.found
               or exists (select from bursar.job where cancel_requested_at is not null),
               (select min(next.run_at) from level, lateral (
                    select j.run_at from bursar.job j
                    where j.state = 'waiting' and j.priority = level.priority and j.run_at > clock.now
                    order by j.run_at limit 1) next),
               overdue.found, clock.now
        from life, clock, overdue
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id.uuid)
        bindings.append(now)
        bindings.append(fileDigest)
        bindings.append(staleAfter.wholeMicroseconds)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (lockKey: Int64, life: DaemonLife) {
        (
            lockKey: try row.next(Int64.self),
            life: DaemonLife(
                unwanted: try row.next([Int64].self), mayReap: try row.next(),
                next: NextDue(due: try row.next(), isOverdue: try row.next(), now: try row.next()))
        )
    }
}

struct EndDaemon: Statement {
    let id: DaemonID
    let now: Instant?

    static let sql = """
        update bursar.daemon set ended_at = greatest(beat_at, coalesce($2, clock_timestamp()))
        where id = $1 and ended_at is null
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id.uuid)
        bindings.append(now)
    }
}

/// Retakes the jobs of daemons that both witnesses call dead: the beat is stale, and the lock is free.
struct RetakeFromDead: Statement {
    let liveness: Liveness
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        stale as materialized (
            select d.id, d.lock_key from bursar.daemon d, clock
            where d.ended_at is null and d.beat_at < clock.now - $2 * interval '1 microsecond'
              and clock_timestamp() - pg_postmaster_start_time() > $3 * interval '1 microsecond'
            for update of d skip locked),
        dead as materialized (select id from stale where pg_try_advisory_xact_lock(lock_key)),
        buried as (update bursar.daemon d set ended_at = clock.now from dead, clock where d.id = dead.id),
        retaken as (
            update bursar.job j
            set state = case when interruptions + 1 >= $4 then 'parked' else 'waiting' end,
                park_code = case when interruptions + 1 >= $4 then 'interrupted' end,
                error = case when interruptions + 1 >= $4
                        then format('cut off %s times without a committed step in between', $4) else error end,
                interruptions = interruptions + 1, lease = null, daemon_id = null, claimed_at = null, deadline = null,
                run_at = least(run_at, clock.now)
            from dead, clock where j.daemon_id = dead.id and j.state = 'running'
            returning j.id, j.state, j.error, j.cancel_requested_at is null as is_wanted),
        closed as (
            update bursar.run r set finished_at = clock.now, outcome = 'parked', error = retaken.error
            from retaken, clock where r.job_id = retaken.id and retaken.state = 'parked'
            returning r.schedule_id, r.execution_id, r.error, retaken.is_wanted),
        held as (
            update bursar.schedule s
            set paused_at = clock.now, paused_by = 'bursard',
                paused_reason = format('run %s is parked: %s', closed.execution_id, closed.error)
            from closed, clock
            where s.id = closed.schedule_id and s.pause_on_failure and s.paused_at is null and closed.is_wanted)
        select id from retaken
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(liveness.staleAfter.wholeMicroseconds)
        bindings.append(liveness.lease.wholeMicroseconds)
        bindings.append(Int32(Liveness.interruptionsMax))
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// Retakes attempts past their hard deadline, and ends the sessions of the daemon that sits on them. The fence makes
/// it safe: whatever that daemon still does for them commits nothing.
struct RetakeOverdue: Statement {
    let daemon: DaemonID
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($2, clock_timestamp()) as now),
        overdue as materialized (
            select j.id, j.daemon_id from bursar.job j, clock
            where j.state = 'running' and j.deadline < clock.now
            for update of j skip locked),
        ended as materialized (
            select pg_terminate_backend(a.pid) from pg_stat_activity a
            where a.application_name in (
                select 'bursard ' || daemon_id from overdue where daemon_id <> $1)),
        retaken as (
            update bursar.job j
            set state = 'waiting', interruptions = interruptions + 1, lease = null, daemon_id = null,
                claimed_at = null, deadline = null
            from overdue where j.id = overdue.id
            returning j.id)
        select id, (select count(*) from ended) from retaken
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(daemon.uuid)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// Settles what no daemon will take: jobs whose attempt ended short of done after an operator had asked for its end are
/// cancelled now, and due ones whose kind no daemon that lives knows are set aside, visible, and freed when one comes
/// that does.
struct SettleWaiting: Statement {
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        known as materialized (
            select distinct unnest(kinds) as kind from bursar.daemon where ended_at is null),
        unwanted as materialized (
            select id from bursar.job where cancel_requested_at is not null and state <> 'running'
            for update skip locked),
        \(CancelledJobs.ended(from: "unwanted"))
        update bursar.job j
        set state = 'parked', park_code = 'unknown_kind',
            error = format('no daemon that runs now knows jobs of kind "%s"; start one whose build does', j.kind)
        from clock
        where j.state = 'waiting' and j.run_at <= clock.now and j.cancel_requested_at is null
          and not exists (select from known where known.kind = j.kind)
        returning j.id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}
