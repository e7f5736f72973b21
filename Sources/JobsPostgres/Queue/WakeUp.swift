package import Jobs
import Postgres
package import Primitives

/// A line in which something became ready: what a notification says, and what lowers a mark.
package struct WakeUp: Sendable, Hashable {
    /// The kind and the priority.
    package let line: LowWaterMarks.Line
    /// When the first of what became ready is due.
    package let runAt: Instant

    package init(line: LowWaterMarks.Line, runAt: Instant) {
        self.line = line
        self.runAt = runAt
    }

    /// From columns `kind`, `priority`, `run_at`.
    init(from row: inout Row) throws(PostgresError) {
        let kind = JobKind(try row.next(String.self))
        line = LowWaterMarks.Line(kind: kind, priority: Int(try row.next(Int16.self)))
        runAt = try row.next()
    }

    /// The same, nil where the columns are null.
    static func read(from row: inout Row) throws(PostgresError) -> WakeUp? {
        let kind = try row.next(String?.self)
        let priority = try row.next(Int16?.self)
        let runAt = try row.next(Instant?.self)
        guard let kind, let priority, let runAt else { return nil }
        return WakeUp(line: LowWaterMarks.Line(kind: JobKind(kind), priority: Int(priority)), runAt: runAt)
    }
}

extension WakeUp {
    /// `PRIORITY MICROSECONDS KIND`: what `pg_notify` carries on the channel of jobs.
    package var payload: String { "\(line.priority) \(runAt.microseconds) \(line.kind)" }

    /// The payload as SQL makes it, from columns of a row.
    static func payload(kind: String, priority: String = "0", runAt: String) -> String {
        "format('%s %s %s', \(priority), (extract(epoch from \(runAt)) * 1000000)::bigint, \(kind))"
    }

    /// Nil: the text says only that something changed.
    package init?(payload: String) {
        let parts = payload.split(separator: " ", maxSplits: 2)
        guard parts.count == 3, let priority = Int(parts[0]), let microseconds = Int64(parts[1]) else { return nil }
        line = LowWaterMarks.Line(kind: JobKind(String(parts[2])), priority: priority)
        runAt = Instant(microseconds: microseconds)
    }
}
