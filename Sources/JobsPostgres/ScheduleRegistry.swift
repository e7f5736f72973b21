import Cron
package import Postgres
package import Primitives
package import Scheduling

/// Brings the database's schedules to what the file says, without touching what is not its business: the cursors of
/// unchanged rules, and holds that a person or a failure put there.
package struct ScheduleRegistry: Sendable {
    private let pool: PostgresPool
    private let time: (any TimeSource)?

    package init(pool: PostgresPool, time: (any TimeSource)? = nil) {
        self.pool = pool
        self.time = time
    }

    /// Adds new schedules (they begin now), edits changed ones (an edited expression or zone never reaches back behind
    /// the edit), and takes out those that the file no longer names. One transaction; daemons take turns.
    package func apply(_ schedules: [Schedule]) async throws {
        try await pool.transaction { transaction in
            _ = try await transaction.run(LockScheduleEdits())
            let stored = try await transaction.run(StoredRules())
            let now = try await transaction.run(NextDueSchedule(now: time?.now()))[0].now
            let byName = Dictionary(uniqueKeysWithValues: stored.map { ($0.name, $0) })
            for schedule in schedules {
                let old = byName[schedule.name]
                let cursor = cursor(of: schedule, old: old, now: now)
                _ = try await transaction.run(
                    UpsertSchedule(
                        schedule: schedule, cursor: cursor, nextDue: schedule.nextDue(after: cursor), now: now))
            }
            _ = try await transaction.run(RemoveSchedules(except: schedules.map(\.name), now: now))
        }
    }

    private func cursor(of schedule: Schedule, old: StoredRule?, now: Instant) -> Instant {
        guard let old else { return now }
        let isSameRule = old.expression == schedule.expression.text && old.zone == schedule.zone.identifier
        return isSameRule && !old.isRemoved ? old.cursor : max(old.cursor, now)
    }
}

/// What of a stored schedule decides whether the file changed it.
struct StoredRule: Sendable {
    let name: String
    let expression: String
    let zone: String
    let cursor: Instant
    let isRemoved: Bool
}

private struct LockScheduleEdits: Statement {
    static let sql = "select pg_advisory_xact_lock(hashtextextended('bursar.schedule edits', 0))::text"

    static func output(from row: inout Row) throws(PostgresError) {}
}

private struct StoredRules: Statement {
    static let sql = """
        select name, expression, zone, cursor, removed_at is not null from bursar.schedule order by id for update
        """

    static func output(from row: inout Row) throws(PostgresError) -> StoredRule {
        StoredRule(
            name: try row.next(), expression: try row.next(), zone: try row.next(), cursor: try row.next(),
            isRemoved: try row.next())
    }
}

struct UpsertSchedule: Statement {
    let schedule: Schedule
    let cursor: Instant
    let nextDue: Instant?
    let now: Instant

    static let sql = """
        insert into bursar.schedule as s
            (name, kind, payload, expression, zone, money, catch_up, catch_up_limit, max_lateness_us, overlap,
             pause_on_failure, enabled, cursor, next_due, created_at, updated_at)
        values ($1, $2, $3::text::jsonb, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
        on conflict (name) do update
        set kind = excluded.kind, payload = excluded.payload, expression = excluded.expression, zone = excluded.zone,
            money = excluded.money, catch_up = excluded.catch_up, catch_up_limit = excluded.catch_up_limit,
            max_lateness_us = excluded.max_lateness_us, overlap = excluded.overlap,
            pause_on_failure = excluded.pause_on_failure, enabled = excluded.enabled, cursor = excluded.cursor,
            next_due = excluded.next_due, updated_at = excluded.updated_at, revision = s.revision + 1, removed_at = null
        where (s.kind, s.payload, s.expression, s.zone, s.money, s.catch_up, s.catch_up_limit, s.max_lateness_us,
               s.overlap, s.pause_on_failure, s.enabled, s.cursor, s.next_due, s.removed_at)
            is distinct from
              (excluded.kind, excluded.payload, excluded.expression, excluded.zone, excluded.money, excluded.catch_up,
               excluded.catch_up_limit, excluded.max_lateness_us, excluded.overlap, excluded.pause_on_failure,
               excluded.enabled, excluded.cursor, excluded.next_due, null::timestamptz)
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
        bindings.append(cursor)
        bindings.append(nextDue)
        bindings.append(now)
    }
}

private struct RemoveSchedules: Statement {
    let except: [String]
    let now: Instant

    static let sql = """
        update bursar.schedule set removed_at = $2, revision = revision + 1
        where removed_at is null and name <> all($1)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(except)
        bindings.append(now)
    }
}
