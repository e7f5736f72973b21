import Postgres
import Primitives

import struct FoundationEssentials.UUID

/// A schedule that paused itself because of how a run of it ended.
struct PausedByRun: Sendable, Hashable {
    let schedule: String
    let run: ExecutionID

    /// Two columns: all of a CTE with `name` and `execution_id`.
    static func arrays(of source: String) -> String {
        "array(select name from \(source)), array(select execution_id from \(source))"
    }

    /// Reads these two.
    static func read(from row: inout Row) throws(PostgresError) -> [PausedByRun] {
        let names = try row.next([String].self)
        let runs = try row.next([UUID].self)
        return zip(names, runs).map { PausedByRun(schedule: $0, run: ExecutionID($1)) }
    }
}
