package import Postgres
package import Primitives

/// The rows that may stand between an unfinished job and its end, as far as they are there.
package struct Obstacles: Sendable, Hashable {
    /// Another row, in the words of this and as JSON.
    package struct Neighbour: Sendable, Hashable {
        package let name: String
        package let state: String
        /// JSON text of an object.
        package let row: String
    }

    /// The oldest unfinished job in front of it under its order key.
    package let blocker: Neighbour?
    /// The daemon that holds it; its state is `alive`, or `ended`.
    package let daemon: Neighbour?
    /// How old that daemon's last beat is.
    package let beatAge: Duration?
    /// Its schedule when that is held.
    package let pausedSchedule: Neighbour?
    package let cancelRequestedBy: String?
    package let cancelRequestedAt: Instant?
}

/// Reads what stands in the way of an unfinished job.
package struct JobObstacles: Statement {
    let id: Int64

    package init(_ id: Int64) {
        self.id = id
    }

    package static let sql = """
        select e.id::text, e.state,
               jsonb_build_object('id', e.id::text, 'kind', e.kind, 'state', e.state, 'run_at', e.run_at,
                   'park_code', e.park_code, 'error', e.error, 'daemon_id', e.daemon_id, 'deadline', e.deadline)::text,
               d.id::text, case when d.ended_at is null then 'alive' else 'ended' end,
               jsonb_build_object('id', d.id, 'host', d.host, 'pid', d.pid, 'build', d.build,
                   'started_at', d.started_at, 'beat_at', d.beat_at, 'ended_at', d.ended_at)::text,
               (extract(epoch from clock_timestamp() - d.beat_at) * 1000000)::bigint,
               s.name, 'paused',
               jsonb_build_object('name', s.name, 'paused_at', s.paused_at, 'paused_by', s.paused_by,
                   'paused_reason', s.paused_reason)::text,
               j.cancel_requested_by, j.cancel_requested_at
        from bursar.job j
        left join lateral (
            select id, kind, state, run_at, park_code, error, daemon_id, deadline
            from bursar.job e where e.order_key = j.order_key and not e.held and e.id <> j.id) e on true
        left join bursar.daemon d on d.id = j.daemon_id
        left join bursar.run r on r.job_id = j.id
        left join bursar.schedule s on s.id = r.schedule_id and s.paused_at is not null
        where j.id = $1
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(id)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> Obstacles {
        Obstacles(
            blocker: try neighbour(from: &row), daemon: try neighbour(from: &row),
            beatAge: try row.next(Int64?.self).map { .microseconds($0) }, pausedSchedule: try neighbour(from: &row),
            cancelRequestedBy: try row.next(), cancelRequestedAt: try row.next())
    }

    private static func neighbour(from row: inout Row) throws(PostgresError) -> Obstacles.Neighbour? {
        let name = try row.next(String?.self)
        let state = try row.next(String?.self)
        let text = try row.next(String?.self)
        guard let name, let state, let text else { return nil }
        return Obstacles.Neighbour(name: name, state: state, row: text)
    }
}
