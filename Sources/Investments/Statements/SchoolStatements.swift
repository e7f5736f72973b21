import Postgres
import Primitives

/// The enabled classes in scope, with what earlier runs kept for them.
struct ClassesInScope: Statement {
    let run: Int32

    static let sql = """
        select c.id, c.timezone,
               case when c.end_date between '0001-01-01' and '9999-12-31' then to_char(c.end_date, 'YYYY-MM-DD')
                    else c.end_date::text end,
               m.class_id is not null, b.run_no, p.base_run_no, b.as_of, p.base_valid_until
        from investments.valuation v
        join investments.classes c on c.is_enabled and c.id = coalesce(v.class_id, c.id)
        left join (select distinct class_id from investments.dirty_mark) m on m.class_id = c.id
        left join investments.class_pointer p on p.class_id = c.id
        left join investments.valuation b on b.run_no = p.base_run_no and b.first_rate = v.first_rate
        where v.run_no = $1
        order by c.id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(run)
    }

    static func output(from row: inout Row) throws(PostgresError) -> StoredClass {
        StoredClass(
            id: try row.next(), timezone: try row.next(), endDate: try row.next(), isDirty: try row.next(),
            baseRun: try row.next(), seenBase: try row.next(), baseAsOf: try row.next(), baseValidUntil: try row.next())
    }
}

/// The rates of the classes in scope, oldest first.
struct RatesInScope: Statement {
    let classID: Int64?
    var isEnabledOnly = true

    static let sql = """
        select r.class_id, r.monthly_interest_rate::text,
               case when r.effective_date between '0001-01-01' and '9999-12-31'
                    then to_char(r.effective_date, 'YYYY-MM-DD') else r.effective_date::text end
        from investments.interest_rate_history r
        join investments.classes c on c.id = r.class_id and (c.is_enabled or not $2)
        where c.id = coalesce($1, c.id)
        order by r.class_id, r.effective_date
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(classID)
        bindings.append(isEnabledOnly)
    }

    static func output(from row: inout Row) throws(PostgresError) -> StoredRate {
        StoredRate(classID: try row.next(), rate: try row.next(), effectiveDate: try row.next())
    }
}

/// When investments that are not counted yet begin to count: the first of each class, among its students up to an id.
struct NextCounted: Statement {
    let upTo: Int64
    let asOf: Instant
    let classID: Int64?

    init(upTo cursor: Int64, asOf: Instant, classID: Int64?) {
        upTo = cursor
        self.asOf = asOf
        self.classID = classID
    }

    static let sql = """
        select s.class_id, min(i.fecha)
        from investments.students s
        join investments.investments i on i.student_id = s.id
        where s.is_enabled and s.id <= $1 and i.fecha > $2 and i.fecha < '10000-01-01'
          and s.class_id = coalesce($3, s.class_id)
        group by s.class_id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(upTo)
        bindings.append(asOf)
        bindings.append(classID)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (classID: Int64, instant: Instant) {
        (classID: try row.next(), instant: try row.next())
    }
}

/// The classes that have a mark, or other kept sums than were seen.
struct ChangedClasses: Statement {
    let classes: [Int64]
    /// Beside `classes`.
    let seenBases: [Int32?]

    static let sql = """
        select seen.class_id
        from unnest($1::bigint[], $2::integer[]) as seen (class_id, base)
        left join investments.class_pointer p on p.class_id = seen.class_id
        where p.base_run_no is distinct from seen.base
           or exists (select from investments.dirty_mark m where m.class_id = seen.class_id)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(classes)
        bindings.append(seenBases)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// What COPY reads in a pass. COPY takes no parameters, so numbers are spelled out; nothing else is.
enum PassQuery {
    static func students(after cursor: Int64, classID: Int64?) -> SQL {
        let scope = classID.map { " and class_id = \($0)" } ?? ""
        return """
            select id, class_id from investments.students
            where is_enabled and id > '\(unsafe: "\(cursor)")'::bigint\(unsafe: scope)
            order by id limit \(unsafe: "\(StudentRoll.passMax)")
            """
    }

    /// `fecha` arrives as the eight bytes of a timestamptz: microseconds from 2000-01-01.
    ///
    /// - Parameters:
    ///   - students: nil: all.
    ///   - classes: only their investments are fetched, by index; nil: everything, in the order it lies in.
    static func investments(of students: ClosedRange<Int64>?, classes: [Int64]?) -> SQL {
        if let classes {
            let list = classes.map { "\($0)" }.joined(separator: ",")
            return """
                select i.student_id, i.fecha, i.monto from investments.students s
                join investments.investments i on i.student_id = s.id
                where s.class_id in (\(unsafe: list))\(unsafe: students.map { " and \(range($0, of: "s.id"))" } ?? "")
                """
        }
        let scope = students.map { " where \(range($0, of: "student_id"))" } ?? ""
        return "select student_id, fecha, monto from investments.investments\(unsafe: scope)"
    }

    private static func range(_ students: ClosedRange<Int64>, of column: String) -> String {
        "\(column) between \(students.lowerBound) and \(students.upperBound)"
    }

    static func kept(by run: Int32, students: ClosedRange<Int64>) -> SQL {
        """
        select student_id, class_id, discounted, magnitude from investments.result
        where run_no = \(unsafe: "\(run)") and discounted is not null
          and \(unsafe: range(students, of: "student_id"))
        """
    }
}

/// The investments of some students, for the high-precision path and for explanations.
struct InvestmentsOf: Statement {
    let students: [Int64]

    static let sql = """
        select student_id, id, monto,
               case when isfinite(fecha) and fecha < '10000-01-02' then fecha end, fecha::text
        from investments.investments
        where student_id = any($1)
        order by student_id, fecha, id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(students)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (student: Int64, investment: Investment) {
        let student = try row.next(Int64.self)
        let id = try row.next(Int64.self)
        let amount = try row.next(Int64.self)
        let instant = try row.next(Instant?.self)
        let text = try row.next(String.self)
        let beyond = text.hasPrefix("-") ? Instant(microseconds: .min) : Instant(microseconds: .max)
        return (student, Investment(id: id, amount: amount, instant: instant ?? beyond))
    }
}
