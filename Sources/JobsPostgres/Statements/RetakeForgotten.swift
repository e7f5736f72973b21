import Jobs
import Postgres
import Primitives

/// Lets wait again what a claim gave this daemon whose answer never came: it lives, so nobody else would retake that
/// before its hard deadline. Claims whose answer may still come are left alone.
struct RetakeForgotten: Statement {
    let daemon: DaemonID
    let held: Holdings.Held
    /// No answer takes longer.
    let patience: Duration
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        known as materialized (
            select k.id, k.lease from unnest($3::bigint[], $4::bigint[]) as k (id, lease)),
        forgotten as materialized (
            select j.id from bursar.job j, clock
            where j.state = 'running' and j.daemon_id = $2
              and j.claimed_at < clock.now - $5::bigint * interval '1 microsecond'
              and not exists (select from known k where k.id = j.id and k.lease = j.lease)
            for update of j skip locked),
        \(JobFragments.back(from: "forgotten")),
        retaken as (
            update bursar.job j
            set state = 'waiting', lease = null, daemon_id = null, claimed_at = null, deadline = null,
                unique_in = back.unique_in
            from back where j.id = back.id
            returning j.id, j.kind),
        \(JobFragments.counted(from: "retaken", ["running": "-1", "waiting": "1"])),
        lost as materialized (
            select b.lease from bursar.batch b, clock
            where b.daemon_id = $2 and b.claimed_at < clock.now - $5::bigint * interval '1 microsecond'
              and b.lease <> all($6::bigint[])
            for update of b skip locked),
        dissolved as (delete from bursar.batch b using lost where b.lease = lost.lease returning b.lease)
        select id from retaken union all select lease from dissolved
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(daemon.uuid)
        bindings.append(held.attempts.map(\.job))
        bindings.append(held.attempts.map(\.lease))
        bindings.append(patience.wholeMicroseconds)
        bindings.append(Array(held.batches))
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}
