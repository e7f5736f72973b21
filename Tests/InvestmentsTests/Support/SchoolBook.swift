import Postgres
import Primitives

/// Writes the school's four tables as its app does, one row at a time. Dates are texts, so that any can be said.
struct SchoolBook: Sendable {
    let runner: any StatementRunner

    init(_ runner: some StatementRunner) {
        self.runner = runner
    }

    /// Returns the new class's id. Rates are pairs of a date and a monthly rate.
    func addClass(
        zone: String = "UTC", end: String? = "2030-12-31", rates: [(String, String)] = [("2026-01-01", "0.01")],
        enabled: Bool = true
    ) async throws -> Int64 {
        let id = try await runner.value(
            """
            insert into investments.classes (name, end_date, timezone, is_enabled)
            values ('a class', nullif(\(end ?? ""), '')::date, \(zone), \(enabled)) returning id
            """, as: Int64.self)
        for (date, rate) in rates { try await addRate(rate, from: date, to: id) }
        return id
    }

    func addRate(_ rate: String, from date: String, to classID: Int64) async throws {
        try await runner.execute(
            """
            insert into investments.interest_rate_history (class_id, monthly_interest_rate, effective_date)
            values (\(classID), \(rate)::text::numeric, \(date)::text::date)
            """)
    }

    /// Returns the new student's id. Investments are pairs of a timestamp and an amount.
    func addStudent(
        in classID: Int64, _ investments: [(String, Int64)] = [], enabled: Bool = true
    ) async throws -> Int64 {
        let id = try await runner.value(
            """
            insert into investments.students (registro, name, email, class_id, is_enabled)
            values (7, 'a student', 'student@example.org', \(classID), \(enabled)) returning id
            """, as: Int64.self)
        for (date, amount) in investments { try await invest(amount, at: date, for: id) }
        return id
    }

    func invest(_ amount: Int64, at date: String, for student: Int64) async throws {
        try await runner.execute(
            """
            insert into investments.investments (student_id, fecha, monto)
            values (\(student), \(date)::text::timestamptz, \(amount))
            """)
    }
}

/// What the app reads of a student.
struct StudentBalance: Sendable, Hashable {
    let amount: Int64
    let asOf: Instant?
    let status: String
    let enabled: Bool

    init(_ student: Int64, on runner: some StatementRunner) async throws {
        let row = try await runner.first(
            """
            select calculated_current_amount, calculated_at, calculation_status, enabled
            from investments.student_balances where student_id = \(student)
            """)
        guard var row else { throw Unexpected(description: "student \(student) has no balance") }
        amount = try row.next()
        asOf = try row.next()
        status = try row.next()
        enabled = try row.next()
    }

    init(_ amount: Int64, asOf: Instant?, _ status: String, enabled: Bool = true) {
        self.amount = amount
        self.asOf = asOf
        self.status = status
        self.enabled = enabled
    }
}

/// What the app reads of a class.
struct ClassBalance: Sendable, Hashable {
    let average: Int64
    let students: Int64
    let asOf: Instant?
    let status: String
    let enabled: Bool

    init(_ classID: Int64, on runner: some StatementRunner) async throws {
        let row = try await runner.first(
            """
            select calculated_average_amount, enabled_students_count, calculated_at, calculation_status, enabled
            from investments.class_balances where class_id = \(classID)
            """)
        guard var row else { throw Unexpected(description: "class \(classID) has no balance") }
        average = try row.next()
        students = try row.next()
        asOf = try row.next()
        status = try row.next()
        enabled = try row.next()
    }

    init(_ average: Int64, of students: Int64, asOf: Instant?, _ status: String, enabled: Bool = true) {
        self.average = average
        self.students = students
        self.asOf = asOf
        self.status = status
        self.enabled = enabled
    }
}
