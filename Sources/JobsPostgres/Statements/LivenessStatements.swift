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
        with known as materialized (
            select id from bursar.job where state = 'parked' and park_code = 'unknown_kind' and kind = any($1)),
        \(JobFragments.back(from: "known")),
        freed as (
            update bursar.job j set state = 'waiting', park_code = null, error = null, unique_in = back.unique_in
            from back where j.id = back.id
            returning j.id, j.kind, j.priority, j.run_at),
        \(JobFragments.counted(from: "freed", ["parked": "-1", "waiting": "1"]))
        select pg_notify('bursar_job', \(WakeUp.payload(kind: "kind", priority: "priority", runAt: "min(run_at)")))
                   ::text
        from freed group by kind, priority
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(kinds)
    }

    static func output(from row: inout Row) throws(PostgresError) {}
}

/// Says that a daemon lives, and asks in the same breath what of its work is no longer wanted and what is due. No row:
/// it was taken for dead.
struct BeatDaemon: Statement {
    let id: DaemonID
    let fileDigest: String?
    /// Another's beat that is older may be a dead daemon's.
    let staleAfter: Duration
    /// Where this daemon's lines begin.
    let from: [LowWaterMarks.Line: LowWaterMarks.Position]
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($2, clock_timestamp()) as now),
        \(NextDueJob.looked(kinds: "$5", priorities: "$6", from: "$7")),
        life as (
            update bursar.daemon set beat_at = greatest(beat_at, clock.now), file_digest = $3
            from clock
            where id = $1 and ended_at is null
            returning lock_key),
        unwanted as materialized (
            select id, lease, daemon_id, state from bursar.job where cancel_requested_at is not null)
        select lock_key, array(select id from unwanted where daemon_id = $1 and state = 'running' order by id),
               array(select lease from unwanted where daemon_id = $1 and state = 'running' order by id),
               exists (select from bursar.daemon
                       where ended_at is null and id <> $1 and beat_at < clock.now - $4 * interval '1 microsecond')
               or exists (select from bursar.job where state = 'running' and deadline < clock.now)
               or exists (select from bursar.batch where deadline < clock.now)
               or exists (select from unwanted)
               or exists (select from bursar.tally_change)
               or exists (select from bursar.run where root_ended_at is not null and outcome is null),
               upcoming.run_at, overdue.found, clock.now
        from life, clock, overdue, upcoming
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id.uuid)
        bindings.append(now)
        bindings.append(fileDigest)
        bindings.append(staleAfter.wholeMicroseconds)
        bindings.append(from.map(\.key.kind.name))
        bindings.append(from.map { Int16(clamping: $0.key.priority) })
        bindings.append(from.map(\.value.runAt))
    }

    static func output(from row: inout Row) throws(PostgresError) -> (lockKey: Int64, life: DaemonLife) {
        let lockKey = try row.next(Int64.self)
        let jobs = try row.next([Int64].self)
        let leases = try row.next([Int64].self)
        return (
            lockKey: lockKey,
            life: DaemonLife(
                unwanted: zip(jobs, leases).map { AttemptKey(job: $0, lease: $1) }, mayReap: try row.next(),
                next: NextDue(due: try row.next(), isOverdue: try row.next(), now: try row.next()))
        )
    }
}

/// Ends a daemon's life in order. One that still holds jobs is left to be found dead, so that they are retaken soon and
/// not at their deadlines.
struct EndDaemon: Statement {
    let id: DaemonID
    let now: Instant?

    static let sql = """
        update bursar.daemon set ended_at = greatest(beat_at, coalesce($2, clock_timestamp()))
        where id = $1 and ended_at is null
          and not exists (select from bursar.job where daemon_id = $1 and state = 'running')
          and not exists (select from bursar.batch where daemon_id = $1)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id.uuid)
        bindings.append(now)
    }
}

/// Retakes the jobs of daemons that both witnesses call dead: the beat is stale, and the lock is free. For a whole
/// lease of a new life of the server nobody is dead: all locks are free then.
struct RetakeFromDead: Statement {
    let liveness: Liveness
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        stale as materialized (
            select d.id, d.lock_key from bursar.daemon d, clock
            where d.ended_at is null and d.beat_at < clock.now - $2 * interval '1 microsecond'
              and exists (
                  select from bursar.server_life l
                  where l.identity = \(ServerLife.present)
                    and clock_timestamp() - l.since > $3 * interval '1 microsecond')
            for update of d skip locked),
        dead as materialized (select id from stale where pg_try_advisory_xact_lock(lock_key)),
        -- What its last transactions still hold is for the next turn, and so is its burial.
        free as materialized (
            select j.id from bursar.job j join dead on dead.id = j.daemon_id
            where j.state = 'running' for update of j skip locked),
        loose as materialized (
            select b.lease from bursar.batch b join dead on dead.id = b.daemon_id for update of b skip locked),
        buried as (
            update bursar.daemon d set ended_at = clock.now from dead, clock
            where d.id = dead.id
              and not exists (select from bursar.job j
                              where j.daemon_id = d.id and j.state = 'running' and j.id not in (select id from free))
              and not exists (select from bursar.batch b
                              where b.daemon_id = d.id and b.lease not in (select lease from loose))),
        \(JobFragments.back(from: "free")),
        retaken as (
            update bursar.job j
            set state = case when interruptions + 1 >= $4 then 'parked' else 'waiting' end,
                park_code = case when interruptions + 1 >= $4 then 'interrupted' end,
                error = case when interruptions + 1 >= $4
                        then format('cut off %s times without a committed step in between', $4) else error end,
                interruptions = interruptions + 1, lease = null, daemon_id = null, claimed_at = null, deadline = null,
                run_at = least(run_at, clock.now), unique_in = back.unique_in
            from back, clock where j.id = back.id
            returning j.id, j.kind, j.priority, j.run_at, j.state, j.error, j.cancel_requested_at is null as is_wanted),
        \(JobFragments.counted(
            from: "retaken",
            [
                "running": "-1", "waiting": "(state = 'waiting')::integer", "parked": "(state = 'parked')::integer",
            ])),
        -- What was in its batches waits again, or is set aside if it was cut off too often.
        dissolved as (delete from bursar.batch b using loose where b.lease = loose.lease returning b.ids),
        released as (
            update bursar.job j
            set interruptions = interruptions + 1,
                state = case when interruptions + 1 >= $4 then 'parked' else 'waiting' end,
                park_code = case when interruptions + 1 >= $4 then 'interrupted' end,
                error = case when interruptions + 1 >= $4
                        then format('its batch was cut off %s times', $4) else error end
            from dissolved where j.id = any(dissolved.ids) and j.state = 'waiting'
            returning j.id, j.kind, j.priority, j.run_at, j.state),
        \(JobFragments.counted(
            from: "released",
            ["waiting": "-(state = 'parked')::integer", "parked": "(state = 'parked')::integer"])),
        \(JobFragments.told(of: """
            select kind, priority, run_at from retaken where state = 'waiting'
            union all
            select kind, priority, run_at from released where state = 'waiting'
            """)),
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
        select id, (select count(*) from told) from retaken
        union all
        select id, (select count(*) from told) from released
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
        late as materialized (
            select b.lease from bursar.batch b, clock where b.deadline < clock.now for update of b skip locked),
        dissolved as (
            delete from bursar.batch b using late where b.lease = late.lease returning b.lease, b.daemon_id, b.ids),
        -- The session that holds the lock: without it that daemon is dead as soon as its beat is stale.
        ended as materialized (
            select pg_terminate_backend(l.pid)
            from bursar.daemon d
            join pg_locks l on l.locktype = 'advisory' and l.objsubid = 1 and l.granted
             and (l.classid::bigint << 32 | l.objid::bigint) = d.lock_key
             and l.database = (select oid from pg_database where datname = current_database())
            where d.id <> $1
              and d.id in (select daemon_id from overdue union all select daemon_id from dissolved)),
        \(JobFragments.back(from: "overdue")),
        retaken as (
            update bursar.job j
            set state = 'waiting', interruptions = interruptions + 1, lease = null, daemon_id = null,
                claimed_at = null, deadline = null, unique_in = back.unique_in
            from back where j.id = back.id
            returning j.id, j.kind, j.priority, j.run_at),
        \(JobFragments.counted(from: "retaken", ["running": "-1", "waiting": "1"])),
        \(JobFragments.told(of: """
            select kind, priority, run_at from retaken
            union all
            select j.kind, j.priority, j.run_at from dissolved d join bursar.job j on j.id = any(d.ids)
            """))
        select id, (select count(*) from ended) + (select count(*) from told) from retaken
        union all
        select lease, (select count(*) from ended) + (select count(*) from told) from dissolved
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(daemon.uuid)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}
