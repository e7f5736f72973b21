import Postgres
import Primitives

/// A row of `bursar.tick`, and what it began.
struct TickEntry {
    /// What the job was told, and when it lived.
    struct Run {
        let nominal: Int64
        let previous: Int64?
        let begun: Instant
        let started: Instant?
        let ended: Instant?
    }

    let schedule: String
    /// Of a stretch the first tick's and the last one's.
    let key: String
    let instant: Instant
    let decision: String
    let count: Int
    let lastInstant: Instant?
    let decidedAt: Instant
    let hasJob: Bool
    let hasBlocker: Bool
    let blockerEnded: Instant?
    let run: Run?

    var firstKey: String { key.split(separator: "/").first.map(String.init) ?? key }

    /// Those of each schedule in the order of their instants.
    static func all(via pool: PostgresPool) async throws -> [Self] {
        try await pool.query(
            """
            select s.name, t.key, t.instant, t.decision, t.ticks, t.last_instant, t.decided_at, t.job_id is not null,
                   b.job_id is not null, b.finished_at, extract(epoch from r.tick_nominal)::bigint,
                   extract(epoch from r.tick_previous_nominal)::bigint, r.created_at, r.started_at, r.finished_at
            from bursar.tick t
            join bursar.schedule s on s.id = t.schedule_id
            left join bursar.run r on r.job_id = t.job_id
            left join bursar.run b on b.job_id = t.blocked_by
            order by s.id, t.instant, t.id
            """
        ).map {
            var row = $0
            return try Self(from: &row)
        }
    }

    private init(from row: inout Row) throws(PostgresError) {
        schedule = try row.next()
        key = try row.next()
        instant = try row.next()
        decision = try row.next()
        count = Int(try row.next(Int64.self))
        lastInstant = try row.next()
        decidedAt = try row.next()
        hasJob = try row.next()
        hasBlocker = try row.next()
        blockerEnded = try row.next()
        let nominal = try row.next(Int64?.self)
        let previous = try row.next(Int64?.self)
        let begun = try row.next(Instant?.self)
        let started = try row.next(Instant?.self)
        let ended = try row.next(Instant?.self)
        run =
            if let nominal, let begun {
                Run(nominal: nominal, previous: previous, begun: begun, started: started, ended: ended)
            } else {
                nil
            }
    }
}
