import Postgres
import Primitives

/// A small school and what its app does to it, made up by chance.
struct RandomHistory {
    static let classes = 7
    private static let students = 24
    private var random: SplitMix
    private let pool: PostgresPool

    init(seed: UInt64, on pool: PostgresPool) {
        random = SplitMix(seed: seed)
        self.pool = pool
    }

    mutating func count(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &random)
    }

    /// Classes in several zones with a rate each, students with a few investments.
    mutating func begin(at now: Instant) async throws {
        let book = SchoolBook(pool)
        for index in 0..<Self.classes {
            let end = index % 3 == 0 ? nil : "\(now + .seconds(count(1...40) * 86_400))".prefix(10)
            _ = try await book.addClass(
                zone: RandomSchool.zones[index % RandomSchool.zones.count], end: end.map(String.init),
                rates: [("2026-01-01", rate())])
        }
        for index in 0..<Self.students {
            let student = try await book.addStudent(in: Int64(1 + index % Self.classes))
            for _ in 0..<count(0...4) { try await book.invest(amount(), at: date(around: now), for: student) }
        }
    }

    /// One thing that the app does, in a transaction of its own.
    mutating func change(around now: Instant) async throws {
        let sql = change(count(0...17), around: now)
        try await pool.execute(SQL(unsafe: sql))
    }

    private mutating func change(_ kind: Int, around now: Instant) -> String {
        let (student, schoolClass) = (count(1...Self.students), count(1...Self.classes))
        let investment = "(select id from investments.investments where student_id = \(student) order by id limit 1)"
        switch kind {
        case 0, 1, 2, 3:
            return """
                insert into investments.investments (student_id, fecha, monto)
                values (\(student), '\(date(around: now))', \(amount()))
                """
        case 4: return "update investments.investments set monto = \(amount()) where id = \(investment)"
        case 5: return "update investments.investments set fecha = '\(date(around: now))' where id = \(investment)"
        case 6:
            return
                "update investments.investments set student_id = \(count(1...Self.students)) where id = \(investment)"
        case 7: return "delete from investments.investments where id = \(investment)"
        case 8, 9:
            return """
                insert into investments.interest_rate_history (class_id, monthly_interest_rate, effective_date)
                values (\(schoolClass), \(rate()), '\(date(around: now).prefix(10))')
                on conflict (class_id, effective_date) do update
                set monthly_interest_rate = excluded.monthly_interest_rate
                """
        case 10:
            return """
                delete from investments.interest_rate_history where id in (
                    select id from investments.interest_rate_history where class_id = \(schoolClass)
                    order by id limit 1)
                """
        case 11: return "update investments.students set class_id = \(schoolClass) where id = \(student)"
        case 12: return "update investments.students set is_enabled = not is_enabled where id = \(student)"
        case 13: return "update investments.classes set is_enabled = not is_enabled where id = \(schoolClass)"
        case 14:
            let zone = count(0...5) == 0 ? "Mars/Olympus" : RandomSchool.zones[count(0...4)]
            return "update investments.classes set timezone = '\(zone)' where id = \(schoolClass)"
        case 15:
            let end = count(0...2) == 0 ? "null" : "'\(date(around: now).prefix(10))'"
            return "update investments.classes set end_date = \(end) where id = \(schoolClass)"
        case 16: return "update investments.students set name = 'renamed' where id = \(student)"
        default:
            return """
                with moved as (
                    update investments.students set class_id = \(schoolClass) where id = \(student) returning id)
                update investments.investments set monto = monto + 1 where student_id in (select id from moved)
                """
        }
    }

    /// A moment, hours or days on, or exactly when the next investment begins to count.
    mutating func later(than now: Instant) async throws -> Instant {
        switch count(0...4) {
        case 0: return now + .microseconds(1)
        case 1, 2: return now + .seconds(count(1...48) * 3_600)
        case 3: return now + .seconds(count(1...86_400 * 9))
        default:
            let next = try await pool.value(
                """
                select coalesce(min(fecha), \(now) + interval '1 hour') from investments.investments
                where fecha > \(now)
                """, as: Instant.self)
            return next
        }
    }

    func someClass() async throws -> Int64 {
        try await pool.value("select min(id) from investments.classes where is_enabled", as: Int64?.self) ?? 1
    }

    /// Three in four lie in the past.
    private mutating func date(around now: Instant) -> String {
        let days = count(0...3) == 0 ? count(0...12) : -count(0...200)
        return "\(now + .seconds(days * 86_400 + count(-40_000...40_000)))"
    }

    private mutating func rate() -> String {
        ["0", "0.01", "0.05", "1", "-0.02", "0.123456789", "0.21"][count(0...6)]
    }

    private mutating func amount() -> Int64 {
        Int64(
            count(0...5) == 0 ? -count(1...5_000) : count(1...3) == 1 ? count(1...1_000_000_000_000) : count(1...9) * 10
        )
    }
}
