import Cron
import Postgres
import Primitives
import Scheduling

/// Edits of schedules take turns: of two at once the second sees what the first did.
struct LockScheduleEdits: Statement {
    static let sql = "select pg_advisory_xact_lock(hashtextextended('bursar.schedule edits', 0))::text"

    static func output(from row: inout Row) throws(PostgresError) {}
}

/// Every daemon looks at its schedules again once this commits.
struct TellOfSchedules: Statement {
    static let sql = "select pg_notify('bursar_schedule', '')::text"

    static func output(from row: inout Row) throws(PostgresError) {}
}

/// All rules that are stored, and each schedule's newest switch. Locks nothing: what is to be changed is looked at
/// again.
struct StoredRules: Statement {
    static let sql = "select \(StoredRule.columns) from \(StoredRule.tables) order by s.id"

    static func output(from row: inout Row) throws(PostgresError) -> StoredRule {
        try StoredRule(from: &row)
    }
}

/// The stored rules of these names, locked against ticks and other edits.
struct LockedRules: Statement {
    let names: [String]

    static let sql = """
        select \(StoredRule.columns) from \(StoredRule.tables) where s.name = any($1) order by s.id for update of s
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(names)
    }

    static func output(from row: inout Row) throws(PostgresError) -> StoredRule {
        try StoredRule(from: &row)
    }
}

/// JSON texts in the spelling in which they are stored, in their order: payloads are compared as JSON, not as text.
struct SpelledPayloads: Statement {
    let payloads: [String]

    static let sql = """
        select p.payload::jsonb::text from unnest($1::text[]) with ordinality as p (payload, n) order by n
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(payloads)
    }

    static func output(from row: inout Row) throws(PostgresError) -> String {
        try row.next()
    }
}

/// What of a stored schedule decides whether an edit changes it.
struct StoredRule: Sendable {
    let name: String
    /// By the names of the configuration file, in the order of `Schedule.settings`.
    let settings: [(name: String, value: String)]
    let expression: String
    let zone: String
    let money: Bool
    let catchUpLimit: Int
    let cursor: Instant
    /// Of a fixed schedule: every local time up to and including this is decided.
    let wall: CivilDateTime?
    let nextDue: Instant?
    let id: Int64
    let isRemoved: Bool
    /// Who made it, when an operator did.
    let operatorName: String?
    let updatedAt: Instant
    let toggle: ScheduleToggle?

    static let columns = """
        s.id, s.name, s.kind, s.payload::text, s.expression, s.zone, s.money, s.catch_up, s.catch_up_limit,
        s.max_lateness_us, s.overlap, s.pause_on_failure, s.enabled, s.stagger_us, s.cursor,
        extract(epoch from s.wall)::bigint, s.next_due, s.removed_at is not null, s.made_by, s.updated_at,
        t.enabled, t.set_at, t.set_by, t.reason
        """
    static let tables = """
        bursar.schedule s left join lateral (
            select enabled, set_at, set_by, reason from bursar.schedule_toggle
            where schedule_id = s.id and void_at is null order by id desc limit 1) t on true
        """

    init(from row: inout Row) throws(PostgresError) {
        id = try row.next()
        name = try row.next()
        let kind = try row.next(String.self)
        let payload = try row.next(String.self)
        expression = try row.next()
        zone = try row.next()
        money = try row.next()
        let catchUp = try row.next(String.self)
        catchUpLimit = Int(try row.next(Int32.self))
        settings = [
            ("kind", kind), ("payload", payload), ("cron", expression), ("zone", zone), ("money", "\(money)"),
            ("catch_up", catchUp), ("catch_up_limit", "\(catchUpLimit)"),
            ("max_lateness", Self.text(try row.next(Int64?.self))), ("overlap", try row.next(String.self)),
            ("pause_on_failure", "\(try row.next(Bool.self))"), ("enabled", "\(try row.next(Bool.self))"),
            ("stagger", Self.text(try row.next(Int64?.self))),
        ]
        cursor = try row.next()
        wall = try row.next(Int64?.self).map { CivilDateTime(wallSeconds: $0) }
        nextDue = try row.next()
        isRemoved = try row.next()
        operatorName = try row.next()
        updatedAt = try row.next()
        toggle = try ScheduleToggle.read(from: &row)
    }

    /// The file made it, and names it still as far as is known here.
    var isOfFile: Bool { operatorName == nil && !isRemoved }

    /// Where `schedule`, whose payload is in the stored spelling, says something else.
    func changes(to schedule: Schedule) -> [SettingChange] {
        zip(settings, schedule.settings).compactMap { old, new in
            old.value == new.value ? nil : SettingChange(setting: new.name, old: old.value, new: new.value)
        }
    }

    /// Nothing at all would be written for `schedule`.
    func isAll(of schedule: Schedule) -> Bool {
        isOfFile && changes(to: schedule).isEmpty && nextDue == schedule.nextDue(after: cursor, wall: wall)
    }

    private static func text(_ microseconds: Int64?) -> String {
        microseconds.map { "\(Duration.microseconds($0).inSeconds) s" } ?? "none"
    }

    /// Where `schedule` goes on. An edited expression or zone never reaches back behind the edit; nor does a schedule
    /// that was gone.
    func place(for schedule: Schedule, now: Instant) -> SchedulePlace {
        guard !isSameRule(as: schedule) || isRemoved else { return SchedulePlace(cursor: cursor, wall: wall) }
        return SchedulePlace(of: schedule, at: max(cursor, now))
    }

    /// The ticks that an edit to `schedule` passes over: those of the old rule that nobody has decided yet.
    func passedOver(by schedule: Schedule, now: Instant) -> [Tick] {
        isSameRule(as: schedule) ? [] : passedOver(now: now)
    }

    /// The same of one that is taken out.
    func passedOver(now: Instant) -> [Tick] {
        guard !isRemoved, let rule = try? rule() else { return [] }
        return rule.passOver(cursor: cursor, wall: wall, now: now)
    }

    /// Whether `schedule` wants its runs one after the other, and those of this rule stand in no line.
    func gainsLine(by schedule: Schedule) -> Bool {
        let allows = Schedule.Overlap.allow.rawValue
        return settings.contains { $0 == ("overlap", allows) } && schedule.overlap != .allow
    }

    private func isSameRule(as schedule: Schedule) -> Bool {
        expression == schedule.expression.text && zone == schedule.zone.identifier
    }

    /// What of it decides which ticks there are.
    func rule(zones: (String) throws -> Zone = { try Zone($0) }) throws -> Schedule {
        Schedule(
            name: name, kind: "", expression: try CronExpression(expression), zone: try zones(zone), money: money,
            catchUpLimit: catchUpLimit)
    }
}

/// How far a schedule is decided.
struct SchedulePlace: Sendable, Hashable {
    var cursor: Instant
    /// The same as a local time, for fixed schedules.
    var wall: CivilDateTime?

    init(cursor: Instant, wall: CivilDateTime?) {
        self.cursor = cursor
        self.wall = wall
    }

    /// All up to an instant.
    init(of schedule: Schedule, at instant: Instant) {
        cursor = instant
        wall = schedule.expression.isFixed ? schedule.zone.wallReached(by: instant) : nil
    }
}

struct UpsertSchedule: Statement {
    let schedule: Schedule
    /// Nil: the file's.
    let madeBy: String?
    let place: SchedulePlace
    let now: Instant

    static let sql = """
        insert into bursar.schedule as s
            (name, kind, payload, expression, zone, money, catch_up, catch_up_limit, max_lateness_us, overlap,
             pause_on_failure, enabled, cursor, next_due, created_at, updated_at, origin, made_by, stagger_us, wall)
        values ($1, $2, $3::text::jsonb, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15,
                case when $16::text is null then 'file' else 'operator' end, $16, $17,
                timestamp '1970-01-01' + $18::bigint * interval '1 second')
        on conflict (name) do update
        set kind = excluded.kind, payload = excluded.payload, expression = excluded.expression, zone = excluded.zone,
            money = excluded.money, catch_up = excluded.catch_up, catch_up_limit = excluded.catch_up_limit,
            max_lateness_us = excluded.max_lateness_us, overlap = excluded.overlap,
            pause_on_failure = excluded.pause_on_failure, enabled = excluded.enabled, cursor = excluded.cursor,
            next_due = excluded.next_due, updated_at = excluded.updated_at, revision = s.revision + 1,
            origin = excluded.origin, made_by = excluded.made_by, removed_at = null,
            stagger_us = excluded.stagger_us, wall = excluded.wall
        where (s.kind, s.payload, s.expression, s.zone, s.money, s.catch_up, s.catch_up_limit, s.max_lateness_us,
               s.overlap, s.pause_on_failure, s.enabled, s.cursor, s.next_due, s.stagger_us, s.wall, s.origin,
               s.removed_at)
            is distinct from
              (excluded.kind, excluded.payload, excluded.expression, excluded.zone, excluded.money, excluded.catch_up,
               excluded.catch_up_limit, excluded.max_lateness_us, excluded.overlap, excluded.pause_on_failure,
               excluded.enabled, excluded.cursor, excluded.next_due, excluded.stagger_us, excluded.wall,
               excluded.origin, null::timestamptz)
        returning s.id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(schedule.name)
        bindings.append(schedule.kind)
        bindings.append(schedule.payload)
        bindings.append(schedule.expression.text)
        bindings.append(schedule.zone.identifier)
        bindings.append(schedule.money)
        bindings.append(schedule.catchUp.rawValue)
        bindings.append(Int32(clamping: schedule.catchUpLimit))
        bindings.append(schedule.maxLateness?.wholeMicroseconds)
        bindings.append(schedule.overlap.rawValue)
        bindings.append(schedule.pauseOnFailure)
        bindings.append(schedule.enabled)
        bindings.append(place.cursor)
        bindings.append(schedule.nextDue(after: place.cursor, wall: place.wall))
        bindings.append(now)
        bindings.append(madeBy)
        bindings.append(schedule.stagger?.wholeMicroseconds)
        bindings.append(place.wall?.wallSeconds)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// Takes schedules out that the file no longer names.
struct RemoveSchedules: Statement {
    let ids: [Int64]
    let now: Instant

    static let sql = "update bursar.schedule set removed_at = $2, revision = revision + 1 where id = any($1)"

    func bind(to bindings: inout Bindings) {
        bindings.append(ids)
        bindings.append(now)
    }
}

/// Gives the open runs of a schedule whose overlaps were allowed a place in its line: those to come stand behind them.
struct LineUpRuns: Statement {
    let schedule: Int64

    static let sql = """
        update bursar.run r set kept_order_key = 'schedule/' || $1::bigint
        where r.schedule_id = $1 and r.outcome is null and r.kept_order_key is null
          and not exists (select from bursar.job j where j.id = r.job_id and j.order_key is not null)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(schedule)
    }
}
