package import Postgres
package import Primitives

/// The jobs that daemons of one host left behind when they ended without a word: each that is not ended, does not hold
/// its lock, and beats no more.
package struct LeftInFlight: Statement {
    /// More are not listed.
    package static let limit = 50

    /// A job that ran when its daemon ended.
    package struct Job: Sendable, Hashable {
        package let id: Int64
        package let kind: String
        package let run: String?
        package let attempt: Int
        package let daemonPID: Int32
        package let lastBeat: Instant
    }

    private let host: String

    package init(host: String) {
        self.host = host
    }

    package static let sql = """
        select j.id, j.kind, r.execution_id::text, j.attempt, d.pid, d.beat_at
        from bursar.daemon d
        join bursar.job j on j.daemon_id = d.id and j.state = 'running'
        left join bursar.run r on r.job_id = j.id
        where d.ended_at is null and d.host = $1
          and not exists (
              select from pg_locks l
              where l.locktype = 'advisory' and l.granted and l.objsubid = 1
                and (l.classid::bigint << 32) + l.objid::bigint = d.lock_key)
        order by j.id limit $2
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(host)
        bindings.append(Self.limit)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> Job {
        Job(
            id: try row.next(), kind: try row.next(), run: try row.next(), attempt: Int(try row.next(Int32.self)),
            daemonPID: try row.next(), lastBeat: try row.next())
    }
}
