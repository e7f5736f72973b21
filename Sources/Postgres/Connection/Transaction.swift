/// An open transaction: usable only inside the closure that was given it.
package struct Transaction: StatementRunner {
    package let connection: PostgresConnection
    let number: UInt64

    private var scope: Scope { .transaction(number) }

    @discardableResult
    package func run<S: Statement>(_ statement: S) async throws(PostgresError) -> [S.Output] {
        try await connection.run(statement, scope)
    }

    @discardableResult
    package func execute<S: Statement>(_ statement: S) async throws(PostgresError) -> Int {
        try await connection.perform(Request(statement), scope).rowsAffected
    }

    package func query(_ sql: SQL) async throws(PostgresError) -> [Row] {
        try await connection.query(sql, scope)
    }

    @discardableResult
    package func execute(_ sql: SQL) async throws(PostgresError) -> Int {
        try await connection.perform(Request(sql), scope).rowsAffected
    }

    /// Runs several statements separated by semicolons. None of them may end the transaction.
    package func script(_ text: String) async throws(PostgresError) {
        try await connection.script(text, scope)
    }
}
