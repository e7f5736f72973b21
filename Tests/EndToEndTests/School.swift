import Postgres

/// Students in twenty classes, with one rate of 1 % and four investments each.
struct School {
    let students: Int

    func load(into pool: PostgresPool) async throws {
        let count = Int64(students)
        try await pool.execute(
            """
            insert into investments.classes (id, name, timezone, end_date)
            select n, format('Class %s', n), 'America/Argentina/Buenos_Aires', '2090-01-01'
            from generate_series(1, 20) n
            """)
        try await pool.execute(
            """
            insert into investments.interest_rate_history (class_id, monthly_interest_rate, effective_date)
            select n, 0.01, '2024-01-01' from generate_series(1, 20) n
            """)
        try await pool.execute(
            """
            insert into investments.students (id, registro, name, email, class_id)
            select n, n, format('Student %s', n), 'x@example.org', 1 + n % 20 from generate_series(1, \(count)) n
            """)
        try await pool.execute(
            """
            insert into investments.investments (student_id, fecha, monto)
            select n, timestamptz '2025-01-01 00:00+00' + (n * 7919 + k * 104729) % 31536000 * interval '1 second',
                   case when k = 3 then -7 else 100 + (n + k) % 900 end
            from generate_series(1, \(count)) n, generate_series(1, 4) k
            """)
    }
}
