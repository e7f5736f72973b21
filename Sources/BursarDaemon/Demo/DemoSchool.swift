import Postgres

/// The school that a first run shows: classes in several zones, rates that changed, withdrawals, a class that has
/// ended, one that never ends, one without a rate, one whose zone does not exist.
enum DemoSchool {
    /// Loads it into an empty database, once; says whether it did.
    static func load(into pool: PostgresPool) async throws -> Bool {
        try await pool.transaction { transaction in
            try await transaction.execute("select pg_advisory_xact_lock(hashtextextended('bursar.demo', 0))::text")
            let isEmpty = try await transaction.value(
                "select not exists (select from investments.classes)", as: Bool.self)
            guard isEmpty else { return false }
            for statement in statements { try await transaction.execute(statement) }
            return true
        }
    }

    /// Numbers come from the row's own number, so each load makes the same school.
    private static let statements: [SQL] = [
        """
        insert into investments.classes (id, name, end_date, timezone) values
            (1, '5° A, Buenos Aires', '2027-12-15', 'America/Argentina/Buenos_Aires'),
            (2, '5° B, Buenos Aires', '2027-12-15', 'America/Argentina/Buenos_Aires'),
            (3, 'Klasse 7, Berlin', '2027-07-23', 'Europe/Berlin'),
            (4, 'Grade 6, New York', '2027-06-25', 'America/New_York'),
            (5, 'Class VIII, Kolkata', '2027-03-31', 'Asia/Kolkata'),
            (6, 'Year 5, Lord Howe Island', null, 'Australia/Lord_Howe'),
            (7, '6° A, ended in 2025', '2025-12-12', 'America/Argentina/Buenos_Aires'),
            (8, 'A class without a rate', '2027-12-15', 'Europe/Lisbon'),
            (9, 'A class in a zone that does not exist', '2027-12-15', 'Atlantis/Capital')
        """,
        """
        insert into investments.interest_rate_history (class_id, monthly_interest_rate, effective_date) values
            (1, 0.0125, '2025-03-01'), (1, 0.02, '2025-09-01'), (1, 0.0075, '2026-03-01'), (1, 0, '2026-07-01'),
            (1, 0.0175, '2026-08-01'),
            (2, 0.01, '2025-03-01'),
            (3, 0.005, '2025-03-30'), (3, 0.0065, '2025-10-26'),
            (4, 0.03, '2025-03-09'), (4, 0.015, '2025-11-02'),
            (5, 0.011, '2025-04-01'), (5, 0.012, '2026-04-01'),
            (6, 0.02, '2025-04-06'),
            (7, 0.04, '2025-03-01'),
            (9, 0.01, '2025-03-01')
        """,
        """
        insert into investments.students (id, registro, name, email, class_id, is_enabled)
        select n, 1000 + n, format('Student %s', n), format('student%s@example.org', n), 1 + (n - 1) % 9, n % 41 <> 0
        from generate_series(1, 540) n
        """,
        """
        insert into investments.investments (student_id, fecha, monto, concepto)
        select n, timestamptz '2025-03-03 12:00+00' + ((n * 37 + k * 101) % 560) * interval '1 day'
                  + ((n * 7919 + k * 104729) % 86400) * interval '1 second',
               case when k = 4 then -1 else 1 end * (50 + (n * 7 + k * 13) % 450),
               case when k = 4 then 'Withdrawal' else format('Challenge %s', k) end
        from generate_series(1, 540) n, generate_series(1, 6) k
        """,
        """
        insert into investments.investments (student_id, fecha, monto, concepto)
        select n, timestamptz '2027-02-01 09:00-03', 100, 'Planned' from generate_series(5, 540, 45) n
        """,
        "select setval(pg_get_serial_sequence('investments.classes', 'id'), 9)",
        "select setval(pg_get_serial_sequence('investments.students', 'id'), 540)",
    ]
}
