import Postgres

/// The text of a statement as the product has prepared it, told by the server: what the limit runs is what we run.
enum PreparedText {
    /// Of the statement whose name begins with `name`, from whichever connection of the pool has it.
    static func of(_ name: String, in pool: PostgresPool, connections: Int) async throws -> String {
        guard let text = try await search(name, in: pool, connections: connections) else {
            throw BenchFailure("no connection has prepared a statement called \(name)")
        }
        return text
    }

    /// Asks one connection, and holds it while the others are asked.
    private static func search(_ name: String, in pool: PostgresPool, connections: Int) async throws -> String? {
        guard connections > 0 else { return nil }
        return try await pool.withConnection { connection in
            let rows = try await connection.query(
                "select statement from pg_prepared_statements where lower(name) like lower(\(name)) || '%'")
            if var row = rows.first { return try row.next(String.self) }
            return try await search(name, in: pool, connections: connections - 1)
        }
    }

    /// The text with its parameters replaced, `$1` by the first value.
    static func filling(_ text: String, with values: [String]) -> String {
        values.indices.reversed().reduce(text) { $0.replacing("$\($1 + 1)", with: values[$1]) }
    }
}
