import Postgres

extension CrashDatabase {
    /// What is where, for whoever must find out why a run is stuck.
    func situation() async throws -> String {
        var lines: [String] = []
        for (name, query) in Self.queries {
            for var row in try await connection.query(query) {
                lines.append("\(name): \(try row.next(String?.self) ?? "")")
            }
        }
        return lines.joined(separator: "\n")
    }

    private static let queries: [(String, SQL)] = [
        ("job", "select (to_jsonb(j) - 'payload')::text from bursar.job j order by id limit 5"),
        (
            "daemon",
            "select (to_jsonb(d) - 'kinds' || jsonb_build_object('now', clock_timestamp()))::text from bursar.daemon d"
        ),
        (
            "session",
            """
            select format('%s %s %s %s/%s blocked by %s: %s', pid, application_name, state, wait_event_type, wait_event,
                          pg_blocking_pids(pid), left(regexp_replace(query, '\\s+', ' ', 'g'), 90))
            from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
            """
        ),
    ]
}
