package import Postgres
package import Primitives

/// The queue of a kind as operators see it: how much is in each state, and what gates it.
package struct QueueView: Sendable, Hashable {
    package let kind: String
    /// Without what runs by the batch.
    package let waiting: Int
    /// Those of the waiting ones that may be claimed; at most `Queues.dueMax`.
    package let due: Int
    /// With what runs by the batch.
    package let running: Int
    package let inBatches: Int
    package let parked: Int
    /// These three since the database was made.
    package let done: Int
    package let failed: Int
    package let cancelled: Int
    /// When the job that has been due longest became so.
    package let oldestDue: Instant?
    package let gates: KindGates
    /// The daemons that have not ended and run it.
    package let daemons: Int
    /// The database's present instant.
    package let now: Instant
}

/// The queue of every kind that a daemon declared or a job ever had, by name; or of one.
package struct Queues: Statement {
    let kind: String?

    /// Due jobs of a kind are counted up to this many.
    package static let dueMax = 10_000
    /// More kinds are not listed.
    package static let limit = 1_000

    /// - Parameter kind: nil for all.
    package init(kind: String? = nil) {
        self.kind = kind
    }

    package static let sql = """
        with clock as (select clock_timestamp() as now),
        \(QueueFragments.counted),
        n as materialized (
            select name from (select name from bursar.kind union select kind from counted) u
            where $2::text is null or name = $2 order by name limit $3)
        select n.name, greatest(coalesce(c.waiting, 0) - coalesce(b.jobs, 0), 0),
               case when c.waiting > 0 then \(QueueFragments.due(of: "n.name", limit: "$1")) else 0 end,
               coalesce(c.running, 0) + coalesce(b.jobs, 0), coalesce(b.jobs, 0), coalesce(c.parked, 0),
               coalesce(c.done, 0), coalesce(c.failed, 0), coalesce(c.cancelled, 0),
               case when c.waiting > 0 then \(QueueFragments.oldestDue(of: "n.name")) end,
               \(KindGates.columns),
               (select count(*) from bursar.daemon d where d.ended_at is null and n.name = any(d.kinds)),
               clock.now
        from n cross join clock
        left join counted c on c.kind = n.name
        left join batched b on b.kind = n.name
        \(KindGates.tables)
        order by n.name
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(Self.dueMax)
        bindings.append(kind)
        bindings.append(Self.limit)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> QueueView {
        QueueView(
            kind: try row.next(), waiting: try row.next(), due: try row.next(), running: try row.next(),
            inBatches: try row.next(), parked: try row.next(), done: try row.next(), failed: try row.next(),
            cancelled: try row.next(), oldestDue: try row.next(), gates: try KindGates(from: &row),
            daemons: try row.next(), now: try row.next())
    }
}
