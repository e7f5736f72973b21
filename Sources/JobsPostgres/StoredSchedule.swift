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
    package var cursor: Instant
    package var revision: Int64
    package var hasUnfinished: Bool

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
        cursor = try row.next()
        revision = try row.next()
        hasUnfinished = try row.next()
    }
}
