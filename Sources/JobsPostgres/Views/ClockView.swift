package import Postgres
package import Primitives

/// The clock that decides what is due, with the newest hold that a jump of it made.
package struct ClockView: Sendable, Hashable {
    package let now: Instant
    package let hold: Hold?
    /// The schedules of money that wait while the hold is open, by name; no more than `ReadClock.limit`.
    package let held: [String]

    /// A jump of the clock.
    package struct Hold: Sendable, Hashable {
        package let id: Int64
        package let beganAt: Instant
        package let jump: Duration
        package let seenBy: String
        package let end: End?

        package var isOpen: Bool { end == nil }
    }

    /// Who or what ended a hold.
    package struct End: Sendable, Hashable {
        package let at: Instant
        package let by: String
        package let reason: String
    }
}

/// Reads the clock.
package struct ReadClock: Statement {
    /// More schedules are not listed.
    package static let limit = 100

    package init() {}

    package static let sql = """
        select clock_timestamp(), h.id, h.began_at, h.jump_us, h.seen_by, h.ended_at, h.ended_by, h.end_reason,
               array(select s.name from bursar.schedule s
                     where h.ended_at is null and h.id is not null and s.money and s.removed_at is null
                     order by s.name limit $1)
        from (select) as one left join lateral (
            select id, began_at, jump_us, seen_by, ended_at, ended_by, end_reason
            from bursar.clock_hold order by id desc limit 1) h on true
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(Self.limit)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> ClockView {
        let now = try row.next(Instant.self)
        let hold = try ClockView.Hold.read(from: &row)
        return ClockView(now: now, hold: hold, held: try row.next())
    }
}

extension ClockView.Hold {
    /// Reads seven columns; nil when there is no such row.
    fileprivate static func read(from row: inout Row) throws(PostgresError) -> ClockView.Hold? {
        let id = try row.next(Int64?.self)
        let beganAt = try row.next(Instant?.self)
        let jump = try row.next(Int64?.self)
        let seenBy = try row.next(String?.self)
        let endedAt = try row.next(Instant?.self)
        let endedBy = try row.next(String?.self)
        let reason = try row.next(String?.self)
        guard let id, let beganAt, let jump, let seenBy else { return nil }
        var end: ClockView.End?
        if let endedAt, let endedBy, let reason { end = ClockView.End(at: endedAt, by: endedBy, reason: reason) }
        return ClockView.Hold(id: id, beganAt: beganAt, jump: .microseconds(jump), seenBy: seenBy, end: end)
    }
}
