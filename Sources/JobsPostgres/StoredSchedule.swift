import Postgres
package import Primitives

/// A schedule's row as the database keeps it, before its expression and zone are read.
package struct StoredSchedule: Sendable, Hashable {
    package var id: Int64
    package var name: String
    package var kind: String
    package var payload: String
    package var expression: String
    package var zone: String
    package var money: Bool
    package var catchUp: String
    package var catchUpLimit: Int32
    package var maxLatenessMicroseconds: Int64?
    package var overlap: String
    package var pauseOnFailure: Bool
    package var enabled: Bool
    package var staggerMicroseconds: Int64?
    package var cursor: Instant
    /// Of a fixed schedule: every local time up to and including this is decided.
    package var wall: CivilDateTime?
    package var revision: Int64
    /// The job of its newest run that has not ended yet.
    package var unfinished: Int64?

    /// The columns of `bursar.schedule s` in the order of the properties, but for the last.
    static let columns = """
        s.id, s.name, s.kind, s.payload::text, s.expression, s.zone, s.money, s.catch_up, s.catch_up_limit,
        s.max_lateness_us, s.overlap, s.pause_on_failure, s.enabled, s.stagger_us, s.cursor,
        extract(epoch from s.wall)::bigint, s.revision
        """
    /// The last one.
    static let unfinishedColumn = """
        coalesce(
            (select j.id from bursar.job j where j.order_key = 'schedule/' || s.id and not j.held),
            (select max(r.job_id) from bursar.run r
             where r.kept_order_key = 'schedule/' || s.id and r.outcome is null))
        """

    /// Reads the columns in the order of the properties.
    init(from row: inout Row) throws(PostgresError) {
        id = try row.next()
        name = try row.next()
        kind = try row.next()
        payload = try row.next()
        expression = try row.next()
        zone = try row.next()
        money = try row.next()
        catchUp = try row.next()
        catchUpLimit = try row.next()
        maxLatenessMicroseconds = try row.next()
        overlap = try row.next()
        pauseOnFailure = try row.next()
        enabled = try row.next()
        staggerMicroseconds = try row.next()
        cursor = try row.next()
        wall = try row.next(Int64?.self).map { CivilDateTime(wallSeconds: $0) }
        revision = try row.next()
        unfinished = try row.next()
    }
}
