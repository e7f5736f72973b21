/// Whatever can run a statement: a connection, an open transaction, a pool.
package protocol StatementRunner: Sendable {
    /// Runs a prepared statement and decodes its rows on the connection's queue.
    @discardableResult
    func run<S: Statement>(_ statement: S) async throws(PostgresError) -> [S.Output]

    /// Runs a prepared statement and says how many rows it touched, without decoding any.
    @discardableResult
    func execute<S: Statement>(_ statement: S) async throws(PostgresError) -> Int

    /// Runs a statement written in place.
    func query(_ sql: SQL) async throws(PostgresError) -> [Row]

    /// Runs a statement written in place and says how many rows it touched.
    @discardableResult
    func execute(_ sql: SQL) async throws(PostgresError) -> Int
}

extension StatementRunner {
    /// The first row, nil when there is none.
    package func first<S: Statement>(_ statement: S) async throws(PostgresError) -> S.Output? {
        try await run(statement).first
    }

    /// The first row of a statement written in place, nil when there is none.
    package func first(_ sql: SQL) async throws(PostgresError) -> Row? {
        try await query(sql).first
    }

    /// The first column of the only row.
    package func value<T: PostgresDecodable>(
        _ sql: SQL, as type: T.Type = T.self
    ) async throws(PostgresError) -> T {
        let rows = try await query(sql)
        guard rows.count == 1, var row = rows.first else {
            throw PostgresError(.decoding, "expected one row, got \(rows.count)")
        }
        return try row.next(type)
    }
}
