import Postgres
import Primitives

/// A student with the class and the stored balance.
struct StudentInClass: Statement {
    let student: Int64

    struct Subject: Sendable {
        let name: String
        let className: String
        let enabled: Bool
        let stored: Int64?
        let storedAsOf: Instant?
        let schoolClass: StoredClass
    }

    static let sql = """
        select s.name, c.name, s.is_enabled and c.is_enabled,
               case when s.is_enabled and c.is_enabled then r.amount else 0 end,
               case when r.student_id is not null then p.as_of end, c.id, c.timezone,
               case when c.end_date between '0001-01-01' and '9999-12-31' then to_char(c.end_date, 'YYYY-MM-DD')
                    else c.end_date::text end
        from investments.students s
        join investments.classes c on c.id = s.class_id
        left join investments.class_pointer p on p.class_id = c.id
        left join investments.result r on r.run_no = p.run_no and r.student_id = s.id
        where s.id = $1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(student)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Subject {
        Subject(
            name: try row.next(), className: try row.next(), enabled: try row.next(), stored: try row.next(),
            storedAsOf: try row.next(),
            schoolClass: StoredClass(
                id: try row.next(), timezone: try row.next(), endDate: try row.next(), isDirty: false, baseRun: nil,
                seenBase: nil, baseAsOf: nil, baseValidUntil: nil))
    }
}
