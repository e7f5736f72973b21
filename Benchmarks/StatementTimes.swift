import Postgres

/// Which statements the server's time went into.
enum StatementTimes {
    static let parameters = ["shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track": "top"]
    static let extending = "create extension pg_stat_statements"
    private static let shown = 12
    private static let textMax = 150

    /// Prints the costliest, with their calls, mean time and rows.
    static func tell(_ connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            """
            select total_exec_time + total_plan_time, calls, rows, regexp_replace(left(query, 1000), '\\s+', ' ', 'g')
            from pg_stat_statements order by 1 desc limit \(Int64(shown))
            """)
        for var row in rows {
            let total = try row.next(Double.self)
            let (calls, touched) = (try row.next(Int64.self), try row.next(Int64.self))
            let mean = Int(total * 1_000 / Double(calls))
            let text = try row.next(String.self).prefix(textMax)
            print("\(Int(total)) ms  \(calls) calls of \(mean) us, \(touched) rows  \(text)")
        }
    }
}
