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

/// Jobs that were parked because no daemon knew their kind wait again: one does now.
struct FreeKnownKinds: Statement {
    /// Nil: all that any daemon knows which lives.
    let kinds: [String]?

    static let sql = """
        with known as materialized (
            select id from bursar.job
            where park_code = 'unknown_kind'
              and kind = any(coalesce($1::text[], array(
                  select distinct unnest(kinds) from bursar.daemon where ended_at is null)))),
        \(JobFragments.back(from: "known")),
        freed as (
            update bursar.job j set state = 'waiting', park_code = null, error = null, unique_in = back.unique_in
            from back
            -- As it is when its row is free: it may have been set aside for something else meanwhile.
            where j.id = back.id and j.state = 'parked' and j.park_code = 'unknown_kind'
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
               or exists (select from bursar.job j where j.state = 'running' and \(CutOff.isBuried("j.daemon_id")))
               or exists (select from bursar.batch b where \(CutOff.isBuried("b.daemon_id")))
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
