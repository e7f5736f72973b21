import Postgres

/// Classes, students and investments in the shape of a real school's.
struct BenchSchool: Sendable {
    let students: Int
    let investmentsEach: Int
    let classes: Int
    let ratesEach: Int

    /// Without the triggers that mark what changed: they are the app's cost, not the run's.
    func load(into pool: PostgresPool) async throws {
        let (students, each) = (Int64(students), Int64(investmentsEach))
        let (classes, rates) = (Int64(classes), Int64(ratesEach))
        try await pool.transaction { transaction in
            try await transaction.execute("set local session_replication_role = replica")
            try await transaction.execute(
                """
                insert into investments.classes (id, name, timezone, end_date)
                select n, format('Class %s', n), (array['America/Argentina/Buenos_Aires', 'Europe/Berlin',
                       'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'])[1 + n % 5], '2030-12-31'
                from generate_series(1, \(classes)) n
                """)
            try await transaction.execute(
                """
                insert into investments.interest_rate_history (class_id, monthly_interest_rate, effective_date)
                select n, 0.005 + (n * 7 + k * 13) % 40 / 1000.0, date '2023-01-01' + (k * 150)::int
                from generate_series(1, \(classes)) n, generate_series(1, \(rates)) k
                """)
            try await transaction.execute(
                """
                insert into investments.students (id, registro, name, email, class_id)
                select n, n, format('Student %s', n), 'x@example.org', 1 + n % \(classes)
                from generate_series(1, \(students)) n
                """)
            // In the order of time, as a school grows: a student's investments lie far apart.
            try await transaction.execute(
                """
                insert into investments.investments (student_id, fecha, monto, concepto)
                select 1 + (n * 7919) % \(students),
                       timestamptz '2023-02-01 00:00+00' + n * interval '90 seconds',
                       case when n % 11 = 0 then -5 else 10 + n % 500 end, 'Challenge'
                from generate_series(1, \(students) * \(each)) n
                """)
        }
        try await pool.execute("analyze")
        try await pool.execute("checkpoint")
    }
}
