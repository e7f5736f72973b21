package import Cron
import Postgres
import Primitives
import Scheduling

extension ScheduleRegistry {
    /// Reckons anew when each schedule is due, after the zone files were read anew, and says which of them that moved.
    /// Takes no lock: what is decided or edited meanwhile is reckoned there.
    ///
    /// - Parameter zones: where zones come from.
    package func reckon(zones: (String) throws -> Zone = { try Zone($0) }) async throws -> [ScheduleChange] {
        var moves: [(rule: ReckonedRule, due: Instant?)] = []
        for rule in try await pool.run(ReckonedRules()) {
            // One that cannot be read is told of when it is due.
            guard let schedule = try? rule.schedule(zones) else { continue }
            let due = schedule.nextDue(after: rule.cursor, wall: rule.wall)
            if due != rule.nextDue { moves.append((rule, due)) }
        }
        guard !moves.isEmpty else { return [] }
        let moved = Set(try await pool.run(MoveNextDue(rules: moves.map(\.rule), due: moves.map(\.due))))
        return moves.filter { moved.contains($0.rule.id) }.map {
            ScheduleChange(name: $0.rule.name, what: .moved(from: $0.rule.nextDue, to: $0.due))
        }
    }
}

/// What decides when a schedule is due.
struct ReckonedRule: Sendable {
    let id: Int64
    let name: String
    let expression: String
    let zone: String
    let cursor: Instant
    let wall: CivilDateTime?
    let nextDue: Instant?
    let revision: Int64

    func schedule(_ zones: (String) throws -> Zone) throws -> Schedule {
        Schedule(name: name, kind: "", expression: try CronExpression(expression), zone: try zones(zone))
    }
}

struct ReckonedRules: Statement {
    static let sql = """
        select id, name, expression, zone, cursor, extract(epoch from wall)::bigint, next_due, revision
        from bursar.schedule where removed_at is null order by id
        """

    static func output(from row: inout Row) throws(PostgresError) -> ReckonedRule {
        ReckonedRule(
            id: try row.next(), name: try row.next(), expression: try row.next(), zone: try row.next(),
            cursor: try row.next(), wall: try row.next(Int64?.self).map { CivilDateTime(wallSeconds: $0) },
            nextDue: try row.next(), revision: try row.next())
    }
}

/// Writes when schedules are due, where nobody moved them meanwhile; gives their ids.
struct MoveNextDue: Statement {
    let rules: [ReckonedRule]
    let due: [Instant?]

    static let sql = """
        with moved as (
            update bursar.schedule s set next_due = m.due
            from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::timestamptz[])
                as m (id, revision, cursor, due)
            where s.id = m.id and s.revision = m.revision and s.cursor = m.cursor
            returning s.id),
        told as (select pg_notify('bursar_schedule', '') from moved limit 1)
        select id, (select count(*) from told) from moved
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(rules.map(\.id))
        bindings.append(rules.map(\.revision))
        bindings.append(rules.map(\.cursor))
        bindings.append(due)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}
