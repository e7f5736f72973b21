import Cron
import Postgres
import Primitives
import Scheduling

extension ScheduleFileDigest {
    /// Whether a daemon may fire schedule `s`: those of a file only while its own file is the one that holds. Compared
    /// inside each statement, so that a daemon need not have heard yet that another file holds.
    static func mayFire(_ digest: String) -> String {
        "(s.origin = 'operator' or \(digest)::text is null or \(digest) = (select digest from bursar.schedule_file))"
    }
}

extension ReadSchedules {
    /// Whether schedule `s` is not one of those that make no sense, of which there are few.
    static func makesSense(_ ids: String, _ revisions: String) -> String {
        "coalesce((\(revisions)::bigint[])[array_position(\(ids)::bigint[], s.id)] <> s.revision, true)"
    }
}

/// Schedules whose next tick has come, oldest first.
struct DueSchedules: Statement {
    let now: Instant?
    let limit: Int32
    let fileDigest: String?
    let unreadable: (ids: [Int64], revisions: [Int64])

    static let sql = """
        with clock as (select coalesce($1, clock_timestamp()) as now)
        select (select now from clock), \(StoredSchedule.columns),
               case when s.overlap = 'skip' then \(StoredSchedule.unfinishedColumn) end
        from bursar.schedule s
        -- A value, not a join: the index gives the oldest first, and no more than asked for are read.
        where s.next_due <= (select now from clock) and s.paused_at is null and s.removed_at is null
          and \(ScheduleFileDigest.mayFire("$3")) and \(ClockHoldStatements.mayMove)
          and \(ReadSchedules.makesSense("$4", "$5"))
        order by s.next_due, s.id
        limit $2
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(limit)
        bindings.append(fileDigest)
        bindings.append(unreadable.ids)
        bindings.append(unreadable.revisions)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (now: Instant, stored: StoredSchedule) {
        (now: try row.next(Instant.self), stored: try StoredSchedule(from: &row))
    }
}

/// When a schedule is due that nothing holds, and the newest hold of the clock.
struct ReadOutlook: Statement {
    let now: Instant?
    let fileDigest: String?
    /// Schedules that stay due whatever is done: not counted.
    let unreadable: (ids: [Int64], revisions: [Int64])

    static let sql = """
        select (select min(s.next_due) from bursar.schedule s
                where s.paused_at is null and s.removed_at is null
                  and \(ScheduleFileDigest.mayFire("$2")) and \(ClockHoldStatements.mayMove)
                  and \(ReadSchedules.makesSense("$3", "$4"))),
               coalesce($1, clock_timestamp()), h.id, h.began_at, h.jump_us, h.ended_at is null
        from (select) as one left join lateral (
            select id, began_at, jump_us, ended_at from bursar.clock_hold order by id desc limit 1) h on true
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(fileDigest)
        bindings.append(unreadable.ids)
        bindings.append(unreadable.revisions)
    }

    static func output(from row: inout Row) throws(PostgresError) -> TickOutlook {
        let due = try row.next(Instant?.self)
        let now = try row.next(Instant.self)
        let id = try row.next(Int64?.self)
        let beganAt = try row.next(Instant?.self)
        let jump = try row.next(Int64?.self)
        let isOpen = try row.next(Bool.self)
        guard let id, let beganAt, let jump else { return TickOutlook(due: due, now: now) }
        return TickOutlook(
            due: due, now: now, hold: ClockHold(id: id, beganAt: beganAt, jump: .microseconds(jump), isOpen: isOpen))
    }
}

/// The present instant of the clock that decides.
struct StoreClock: Statement {
    let now: Instant?

    static let sql = "select coalesce($1, clock_timestamp())"

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Instant {
        try row.next()
    }
}
