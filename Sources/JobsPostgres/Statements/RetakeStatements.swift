import Jobs
import Postgres
import Primitives

/// Retakes the jobs of daemons that both witnesses call dead: the beat is stale, and the lock is free. For a whole
/// lease of a new life of the server nobody is dead: all locks are free then. Retakes also what was given to a daemon
/// just as its life ended.
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
            select j.id from bursar.job j
            where j.state = 'running' and (j.daemon_id in (select id from dead) or \(CutOff.isBuried("j.daemon_id")))
            for update of j skip locked),
        loose as materialized (
            select b.lease from bursar.batch b
            where b.daemon_id in (select id from dead) or \(CutOff.isBuried("b.daemon_id"))
            for update of b skip locked),
        buried as (
            update bursar.daemon d set ended_at = clock.now from dead, clock
            where d.id = dead.id
              and not exists (select from bursar.job j
                              where j.daemon_id = d.id and j.state = 'running' and j.id not in (select id from free))
              and not exists (select from bursar.batch b
                              where b.daemon_id = d.id and b.lease not in (select lease from loose))),
        \(CutOff.taken(max: "$4", words: "cut off %s times without a committed step in between"))
        select \(CutOff.selection)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(liveness.staleAfter.wholeMicroseconds)
        bindings.append(liveness.lease.wholeMicroseconds)
        bindings.append(Int32(Liveness.interruptionsMax))
    }

    static func output(from row: inout Row) throws(PostgresError) -> (cut: [Int64], paused: [PausedByRun]) {
        (cut: try row.next(), paused: try PausedByRun.read(from: &row))
    }
}

/// Retakes attempts past their hard deadline, and ends the sessions of the daemon that sits on them. The fence makes
/// it safe: whatever that daemon still does for them commits nothing. One that hangs each time is set aside in the end.
struct RetakeOverdue: Statement {
    let daemon: DaemonID
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($2, clock_timestamp()) as now),
        free as materialized (
            select j.id, j.daemon_id from bursar.job j, clock
            where j.state = 'running' and j.deadline < clock.now
            for update of j skip locked),
        loose as materialized (
            select b.lease, b.daemon_id from bursar.batch b, clock
            where b.deadline < clock.now for update of b skip locked),
        -- The session that holds the lock: without it that daemon is dead as soon as its beat is stale.
        ended as materialized (
            select pg_terminate_backend(l.pid)
            from bursar.daemon d
            join pg_locks l on l.locktype = 'advisory' and l.objsubid = 1 and l.granted
             and (l.classid::bigint << 32 | l.objid::bigint) = d.lock_key
             and l.database = (select oid from pg_database where datname = current_database())
            where d.id <> $1
              and d.id in (select daemon_id from free union all select daemon_id from loose)),
        \(CutOff.taken(max: "$3", words: "cut off %s times, at last at its hard deadline"))
        select \(CutOff.selection), (select count(*) from ended)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(daemon.uuid)
        bindings.append(now)
        bindings.append(Int32(Liveness.interruptionsMax))
    }

    static func output(from row: inout Row) throws(PostgresError) -> (cut: [Int64], paused: [PausedByRun]) {
        (cut: try row.next(), paused: try PausedByRun.read(from: &row))
    }
}

/// The part of statements that take what runs from its daemon.
enum CutOff {
    /// The daemon's life has ended, in order or by burial: whatever it was given after that is nobody's. Looked up for
    /// each of the few that run.
    static func isBuried(_ daemon: String) -> String {
        "(select d.ended_at from bursar.daemon d where d.id = \(daemon)) is not null"
    }

    /// Lets the jobs of `free (id)` and of the batches of `loose (lease)`, all locked, wait again; or sets aside those
    /// that were cut off too often, with the runs that they began. Gives `cut (id)`. Expects `clock`.
    ///
    /// - Parameters:
    ///   - max: SQL of the interruptions that set a job aside.
    ///   - words: why one that ran is set aside, with `%s` for their number.
    static func taken(max: String, words: String) -> String {
        """
        \(JobFragments.back(from: "free")),
        retaken as (
            update bursar.job j
            set \(interrupted(max: max, words: words)), lease = null, daemon_id = null, claimed_at = null,
                deadline = null, run_at = least(run_at, clock.now), unique_in = back.unique_in
            from back, clock where j.id = back.id
            returning \(columns)),
        \(JobFragments.counted(
            from: "retaken",
            [
                "running": "-1", "waiting": "(state = 'waiting')::integer", "parked": "(state = 'parked')::integer",
            ])),
        dissolved as (delete from bursar.batch b using loose where b.lease = loose.lease returning b.ids),
        released as (
            update bursar.job j
            set \(interrupted(max: max, words: "its batch was cut off %s times"))
            from dissolved where j.id = any(dissolved.ids) and j.state = 'waiting'
            returning \(columns)),
        \(JobFragments.counted(
            from: "released",
            ["waiting": "-(state = 'parked')::integer", "parked": "(state = 'parked')::integer"])),
        cut as (
            select id, kind, priority, run_at, state, error, is_wanted from retaken
            union all
            select id, kind, priority, run_at, state, error, is_wanted from released),
        \(JobFragments.told(of: "select kind, priority, run_at from cut where state = 'waiting'")),
        closed as (
            update bursar.run r set finished_at = clock.now, outcome = 'parked', error = cut.error
            from cut, clock where r.job_id = cut.id and cut.state = 'parked'
            returning r.schedule_id, r.execution_id, r.error, cut.is_wanted),
        held as (
            update bursar.schedule s
            set paused_at = clock.now, paused_by = 'bursard',
                paused_reason = format('run %s is parked: %s', closed.execution_id, closed.error)
            from closed, clock
            where s.id = closed.schedule_id and s.pause_on_failure and s.paused_at is null and closed.is_wanted
            returning s.name, closed.execution_id)
        """
    }

    /// What is read of them: their ids, and the schedules that paused themselves.
    static let selection = "array(select id from cut), \(PausedByRun.arrays(of: "held")), (select count(*) from told)"

    private static let columns =
        "j.id, j.kind, j.priority, j.run_at, j.state, j.error, j.cancel_requested_at is null as is_wanted"

    private static func interrupted(max: String, words: String) -> String {
        """
        interruptions = interruptions + 1,
                state = case when interruptions + 1 >= \(max) then 'parked' else 'waiting' end,
                park_code = case when interruptions + 1 >= \(max) then 'interrupted' end,
                error = case when interruptions + 1 >= \(max) then format('\(words)', \(max)) else error end
        """
    }
}
