package import Postgres
package import Primitives
package import Scheduling

/// What became of a tick, or of a stretch of ticks that were decided alike.
package struct TickView: Sendable, Hashable {
    package let id: Int64
    package let key: String
    package let instant: Instant
    package let nominal: CivilDateTime
    package let decision: Tick.Decision
    package let count: Int
    package let last: Instant?
    package let period: String?
    package let job: Int64?
    package let blockedBy: Int64?
    package let blockedByRun: ExecutionID?
    package let decidedAt: Instant
}

/// The decided ticks of a schedule that touch a span, newest first.
package struct TicksOfSchedule: Statement {
    private let schedule: Int64
    private let span: ClosedRange<Instant>
    private let before: TickKey?
    private let limit: Int

    package init(_ schedule: Int64, in span: ClosedRange<Instant>, before: TickKey?, limit: Int) {
        self.schedule = schedule
        self.span = span
        self.before = before
        self.limit = limit
    }

    package static let sql = """
        select t.id, t.key, t.instant, extract(epoch from t.nominal)::bigint, t.decision, t.ticks, t.last_instant,
               t.period, t.job_id, t.blocked_by, r.execution_id, t.decided_at
        from bursar.tick t left join bursar.run r on r.job_id = t.blocked_by
        where t.schedule_id = $1 and t.instant <= $3 and coalesce(t.last_instant, t.instant) >= $2
          and (t.instant, t.id) < ($4, $5)
        order by t.instant desc, t.id desc
        limit $6
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(schedule)
        bindings.append(span.lowerBound)
        bindings.append(span.upperBound)
        bindings.append(before?.instant ?? .lastStored)
        bindings.append(before?.id ?? Int64.max)
        bindings.append(limit)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> TickView {
        let id = try row.next(Int64.self)
        let key = try row.next(String.self)
        let instant = try row.next(Instant.self)
        let nominal = CivilDateTime(wallSeconds: try row.next())
        let text = try row.next(String.self)
        guard let decision = Tick.Decision(rawValue: text) else {
            throw PostgresError(.decoding, "\(text) is no decision that this build knows")
        }
        return TickView(
            id: id, key: key, instant: instant, nominal: nominal, decision: decision, count: try row.next(),
            last: try row.next(), period: try row.next(), job: try row.next(), blockedBy: try row.next(),
            blockedByRun: try row.next(), decidedAt: try row.next())
    }
}

/// A place in the list of a schedule's ticks.
package struct TickKey: Sendable, Hashable {
    package let instant: Instant
    package let id: Int64

    package init(instant: Instant, id: Int64) {
        self.instant = instant
        self.id = id
    }
}
