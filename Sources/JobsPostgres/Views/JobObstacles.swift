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

    /// The unfinished job at the head of its line, unless it is that itself.
    package let head: Neighbour?
    /// The run that has ended but for jobs that it started, and keeps its place in line.
    package let keeper: Neighbour?
    /// Those of its limited key that are at work, or would be first.
    package let rivals: Rivals?
    /// The daemon that holds it; its state is `alive`, or `ended`.
    package let daemon: Neighbour?
    /// How old that daemon's last beat is.
    package let beatAge: Duration?
    /// The batch that it is taken in.
    package let batch: Neighbour?
    /// Its schedule when that is held.
    package let pausedSchedule: Neighbour?
    package let cancelRequestedBy: String?
    package let cancelRequestedAt: Instant?

    /// Jobs of one limited key that are not held behind others.
    package struct Rivals: Sendable, Hashable {
        package let running: Int
        /// The running ones, then the first of the waiting ones, `JobObstacles.rivalsMax` at most; JSON text of a list.
        package let rows: String
        package let names: [String]
    }
}

/// Reads what stands in the way of an unfinished job.
package struct JobObstacles: Statement {
    let id: Int64

    /// Rivals named.
    package static let rivalsMax = 10

    package init(_ id: Int64) {
        self.id = id
    }

    package static let sql = """
        select e.id::text, e.state, \(row(of: "e"))::text,
               p.execution_id::text, p.left_over, p.data::text,
               v.running, v.data::text, v.names,
               d.id::text, case when d.ended_at is null then 'alive' else 'ended' end,
               jsonb_build_object('id', d.id, 'host', d.host, 'pid', d.pid, 'build', d.build,
                   'started_at', d.started_at, 'beat_at', d.beat_at, 'ended_at', d.ended_at)::text,
               (extract(epoch from clock_timestamp() - d.beat_at) * 1000000)::bigint,
               b.lease::text, 'running',
               jsonb_build_object('lease', b.lease::text, 'kind', b.kind, 'jobs', cardinality(b.ids),
                   'daemon_id', b.daemon_id, 'claimed_at', b.claimed_at, 'deadline', b.deadline)::text,
               s.name, 'paused',
               jsonb_build_object('name', s.name, 'paused_at', s.paused_at, 'paused_by', s.paused_by,
                   'paused_reason', s.paused_reason)::text,
               j.cancel_requested_by, j.cancel_requested_at
        from bursar.job j
        left join bursar.job e on e.order_key = j.order_key and not e.held and e.id <> j.id
        left join lateral (\(keeper)) p on true
        left join lateral (\(rivals)) v on true
        left join bursar.batch b on b.kind = j.kind and j.state = 'waiting' and j.id = any(b.ids)
        left join bursar.daemon d on d.id = coalesce(j.daemon_id, b.daemon_id)
        left join bursar.run r on r.job_id = j.id
        left join bursar.schedule s on s.id = r.schedule_id and s.paused_at is not null
        where j.id = $1 limit 1
        """

    private static func row(of job: String) -> String {
        let columns = [
            "kind", "state", "run_at", "limit_key", "park_code", "error", "daemon_id", "claimed_at", "deadline",
        ]
        let pairs = columns.map { "'\($0)', \(job).\($0)" }.joined(separator: ", ")
        return "jsonb_build_object('id', \(job).id::text, \(pairs))"
    }

    /// The run that keeps the place at the head of the line of `j`.
    private static let keeper = """
        select k.execution_id,
               format('%s of the jobs that it started have not ended', (
                   select count(*) from (
                       select from bursar.job c where c.execution_id = k.execution_id limit 1000) c)) as left_over,
               jsonb_build_object('execution_id', k.execution_id, 'kind', k.kind, 'kept_order_key', k.kept_order_key,
                   'root_outcome', k.root_outcome, 'root_ended_at', k.root_ended_at,
                   'descendants_failed', k.descendants_failed) as data
        from bursar.run k where k.kept_order_key = j.order_key and k.outcome is null limit 1
        """

    /// Those of the limited key of `j` that are not held: the running ones, out of all that run, and the first others.
    private static let rivals = """
        select count(*) filter (where w.state = 'running') as running,
               jsonb_agg(\(row(of: "w")) order by w.place) filter (where w.place <= \(rivalsMax)) as data,
               array_agg(format('%s (%s)', w.id, w.state) order by w.place)
                   filter (where w.place <= \(rivalsMax)) as names
        from (
            select l.*, row_number() over (order by l.state <> 'running', l.id) as place
            from (
                (select w.id, w.kind, w.state, w.run_at, w.limit_key, w.park_code, w.error, w.daemon_id, w.claimed_at,
                        w.deadline
                 from bursar.job w
                 where w.state = 'running' and w.kind = j.kind and w.limit_key = j.limit_key and w.id <> j.id)
                union all
                (select w.id, w.kind, w.state, w.run_at, w.limit_key, w.park_code, w.error, w.daemon_id, w.claimed_at,
                        w.deadline
                 from bursar.job w
                 where w.kind = j.kind and w.limit_key = j.limit_key and not w.held and w.state = 'waiting'
                   and w.id <> j.id
                 order by w.id limit \(rivalsMax))) l) w
        having j.limit_key is not null
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(id)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> Obstacles {
        Obstacles(
            head: try neighbour(from: &row), keeper: try neighbour(from: &row), rivals: try rivals(from: &row),
            daemon: try neighbour(from: &row), beatAge: try row.next(Int64?.self).map { .microseconds($0) },
            batch: try neighbour(from: &row), pausedSchedule: try neighbour(from: &row),
            cancelRequestedBy: try row.next(), cancelRequestedAt: try row.next())
    }

    private static func neighbour(from row: inout Row) throws(PostgresError) -> Obstacles.Neighbour? {
        let name = try row.next(String?.self)
        let state = try row.next(String?.self)
        let text = try row.next(String?.self)
        guard let name, let state, let text else { return nil }
        return Obstacles.Neighbour(name: name, state: state, row: text)
    }

    private static func rivals(from row: inout Row) throws(PostgresError) -> Obstacles.Rivals? {
        let running = try row.next(Int?.self)
        let rows = try row.next(String?.self)
        let names = try row.next([String]?.self)
        guard let running, let rows, let names else { return nil }
        return Obstacles.Rivals(running: running, rows: rows, names: names)
    }
}
