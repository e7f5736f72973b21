import Postgres
import Primitives

/// A schedule that an operator is about to change, locked.
struct EditedSchedule: Sendable {
    let id: Int64
    let name: String
    let origin: String
    let money: Bool
    let enabled: Bool
    let isPaused: Bool
    /// JSON of all that operators see of it.
    let snapshot: String
}

struct ScheduleForEdit: Statement {
    let name: String

    static let sql = """
        select id, name, origin, money, enabled, paused_at is not null,
               jsonb_build_object(
                   'origin', origin, 'kind', kind, 'payload', payload, 'cron', expression, 'zone', zone,
                   'money', money, 'catch_up', catch_up, 'catch_up_limit', catch_up_limit,
                   'max_lateness_us', max_lateness_us, 'overlap', overlap, 'pause_on_failure', pause_on_failure,
                   'enabled', enabled, 'stagger_us', stagger_us,
                   'paused', case when paused_at is not null then jsonb_build_object(
                       'since', paused_at, 'by', paused_by, 'reason', paused_reason) end)::text
        from bursar.schedule where name = $1 and removed_at is null
        for update
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(name)
    }

    static func output(from row: inout Row) throws(PostgresError) -> EditedSchedule {
        EditedSchedule(
            id: try row.next(), name: try row.next(), origin: try row.next(), money: try row.next(),
            enabled: try row.next(), isPaused: try row.next(), snapshot: try row.next())
    }
}

/// Whether a daemon that has not ended runs jobs of a kind.
struct IsKindKnown: Statement {
    let kind: String

    static let sql = "select exists (select from bursar.daemon where ended_at is null and $1 = any(kinds))"

    func bind(to bindings: inout Bindings) {
        bindings.append(kind)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Bool {
        try row.next()
    }
}

struct InsertToggle: Statement {
    let schedule: Int64
    let enabled: Bool
    let by: String
    let reason: String?
    let now: Instant

    static let sql = """
        insert into bursar.schedule_toggle (schedule_id, enabled, set_by, reason, set_at) values ($1, $2, $3, $4, $5)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(schedule)
        bindings.append(enabled)
        bindings.append(by)
        bindings.append(reason)
        bindings.append(now)
    }
}

/// Switches a schedule; a decision made before it commits nothing.
struct SwitchSchedule: Statement {
    let id: Int64
    let enabled: Bool
    let now: Instant

    static let sql = """
        update bursar.schedule set enabled = $2, updated_at = $3, revision = revision + 1 where id = $1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(enabled)
        bindings.append(now)
    }
}

struct PauseSchedule: Statement {
    let id: Int64
    let by: String
    let reason: String
    let now: Instant?

    static let sql = """
        update bursar.schedule
        set paused_at = coalesce($4, clock_timestamp()), paused_by = $2, paused_reason = $3
        where id = $1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(by)
        bindings.append(reason)
        bindings.append(now)
    }
}

struct ResumeSchedule: Statement {
    let id: Int64
    let now: Instant?

    static let sql = """
        update bursar.schedule
        set paused_at = null, paused_by = null, paused_reason = null, updated_at = coalesce($2, clock_timestamp())
        where id = $1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(now)
    }
}

/// Lets go of whatever holds a schedule that is gone, and makes its switches void.
struct ForgetHolds: Statement {
    let id: Int64
    let now: Instant

    static let sql = """
        with voided as (
            update bursar.schedule_toggle set void_at = $2 where schedule_id = $1 and void_at is null)
        update bursar.schedule set paused_at = null, paused_by = null, paused_reason = null
        where id = $1 and paused_at is not null
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(now)
    }
}

/// Takes a schedule out with its hold, and makes its switches void: another one of the name begins without them.
struct DeleteSchedule: Statement {
    let id: Int64
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($2, clock_timestamp()) as now),
        voided as (
            update bursar.schedule_toggle set void_at = clock.now from clock where schedule_id = $1 and void_at is null)
        update bursar.schedule
        set removed_at = clock.now, revision = revision + 1, paused_at = null, paused_by = null, paused_reason = null
        from clock where id = $1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(now)
    }
}
