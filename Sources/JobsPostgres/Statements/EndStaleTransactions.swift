import Jobs
import Postgres
import Primitives

/// Ends the open transactions of daemons that have stopped by their own law, as they have not said for a whole lease
/// that they live, and of those that sit on an attempt past its hard deadline.
///
/// A daemon that is frozen, or cut off without the server's knowledge, keeps what its transactions locked: a job's row
/// after its fence, a line, the rows that its effects changed, a kind that it was about to claim from. Whoever goes on
/// with its work would wait for it for ever. None of these transactions can still be of use: the fence rejects them, or
/// the claim is nobody's.
struct EndStaleTransactions: Statement {
    let daemon: DaemonID
    let liveness: Liveness
    let now: Instant?

    /// Whoever ended longer ago has no session left.
    private static let memory = "interval '1 hour'"

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now),
        life as materialized (
            select distinct on (d.pid, d.host) d.id, d.pid, d.host, d.beat_at, d.ended_at
            from bursar.daemon d, clock
            where d.ended_at is null or d.ended_at > clock.now - \(memory)
            order by d.pid, d.host, d.started_at desc),
        stopped as materialized (
            select \(DaemonSession.Identity.sessionName(pid: "l.pid", host: "l.host")) as name
            from life l, clock
            where l.id <> $2
              and (l.ended_at is not null or l.beat_at < clock.now - $3::bigint * interval '1 microsecond'
                   or exists (select from bursar.job j
                              where j.state = 'running' and j.deadline < clock.now and j.daemon_id = l.id)
                   or exists (select from bursar.batch b where b.deadline < clock.now and b.daemon_id = l.id)))
        select pg_terminate_backend(a.pid) from pg_stat_activity a
        where a.application_name in (select name from stopped) and a.datname = current_database()
          and a.xact_start < clock_timestamp() - $4::bigint * interval '1 microsecond'
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(daemon.uuid)
        bindings.append(liveness.lease.wholeMicroseconds)
        bindings.append(liveness.staleAfter.wholeMicroseconds)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Bool {
        try row.next()
    }
}

extension DaemonSession.Identity {
    /// What the sessions of this process's pool must call themselves, so that others can end its transactions.
    package var sessionName: String {
        String(decoding: "bursard \(pid) \(host)".utf8.prefix(Self.nameMax), as: UTF8.self)
    }

    /// The same in SQL, of columns of a daemon's row.
    static func sessionName(pid: String, host: String) -> String {
        "left(format('bursard %s %s', \(pid), \(host)), \(nameMax))"
    }

    /// PostgreSQL cuts longer names.
    private static let nameMax = 63
}
