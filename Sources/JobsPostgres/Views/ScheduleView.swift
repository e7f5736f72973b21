package import Postgres
package import Primitives

/// A schedule as operators see it: its rule, its cursor, and who holds it.
package struct ScheduleView: Sendable, Hashable {
    package let stored: StoredSchedule
    package let nextDue: Instant?
    package let pause: Pause?
    /// Who made it at run time; nil: it is the file's.
    package let madeBy: String?
    package let updatedAt: Instant
    /// The newest switch that an operator threw.
    package let toggle: ScheduleToggle?

    /// A hold on a schedule's ticks.
    package struct Pause: Sendable, Hashable {
        package let since: Instant
        package let by: String
        package let reason: String
    }

    static let columns = """
        \(StoredSchedule.columns), \(StoredSchedule.unfinishedColumn),
        s.next_due, s.paused_at, s.paused_by, s.paused_reason, s.made_by, s.updated_at, t.enabled, t.set_at, t.set_by,
        t.reason
        """
    static let tables = """
        bursar.schedule s left join lateral (
            select enabled, set_at, set_by, reason from bursar.schedule_toggle
            where schedule_id = s.id and void_at is null order by id desc limit 1) t on true
        """

    init(from row: inout Row) throws(PostgresError) {
        stored = try StoredSchedule(from: &row)
        nextDue = try row.next()
        pause = try Self.pause(from: &row)
        madeBy = try row.next()
        updatedAt = try row.next()
        toggle = try ScheduleToggle.read(from: &row)
    }

    /// Reads who holds it, since when and why.
    static func pause(from row: inout Row) throws(PostgresError) -> Pause? {
        let since = try row.next(Instant?.self)
        let by = try row.next(String?.self)
        let reason = try row.next(String?.self)
        guard let since, let by, let reason else { return nil }
        return Pause(since: since, by: by, reason: reason)
    }
}

/// Every schedule there is, by name.
package struct AllSchedules: Statement {
    package init() {}

    package static let sql = """
        select \(ScheduleView.columns) from \(ScheduleView.tables) where s.removed_at is null order by s.name
        """

    package static func output(from row: inout Row) throws(PostgresError) -> ScheduleView {
        try ScheduleView(from: &row)
    }
}

/// One schedule, by its name.
package struct ScheduleByName: Statement {
    let name: String

    package init(_ name: String) {
        self.name = name
    }

    package static let sql = """
        select \(ScheduleView.columns) from \(ScheduleView.tables) where s.name = $1 and s.removed_at is null
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(name)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> ScheduleView {
        try ScheduleView(from: &row)
    }
}

/// The schedule that fires next, of those that fire.
package struct NextScheduleToFire: Statement {
    package init() {}

    package static let sql = """
        select \(ScheduleView.columns) from \(ScheduleView.tables)
        where s.next_due is not null and s.paused_at is null and s.removed_at is null and s.enabled
        order by s.next_due, s.id limit 1
        """

    package static func output(from row: inout Row) throws(PostgresError) -> ScheduleView {
        try ScheduleView(from: &row)
    }
}

/// A schedule that does not fire: held by a person, or off.
package struct HeldSchedule: Sendable, Hashable {
    package let name: String
    package let enabled: Bool
    package let pause: ScheduleView.Pause?
}

/// The schedules that do not fire, by name.
package struct HeldSchedules: Statement {
    /// More are not listed.
    package static let limit = 100

    package init() {}

    package static let sql = """
        select name, enabled, paused_at, paused_by, paused_reason from bursar.schedule
        where removed_at is null and (paused_at is not null or not enabled)
        order by name limit $1
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(Self.limit)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> HeldSchedule {
        HeldSchedule(name: try row.next(), enabled: try row.next(), pause: try ScheduleView.pause(from: &row))
    }
}

/// How many schedules there are.
package struct CountSchedules: Statement {
    package init() {}

    package static let sql = "select count(*) from bursar.schedule where removed_at is null"

    package static func output(from row: inout Row) throws(PostgresError) -> Int {
        try row.next()
    }
}
