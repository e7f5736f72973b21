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

    /// Runs a statement at the end of the transaction, after all that the body runs, without a round trip of its own
    /// where a last statement ends it. Nobody waits for its rows; its error ends the transaction.
    package func runAtEnd<S: Statement>(_ statement: S) async throws(PostgresError) {
        try await connection.keepForEnd(Request(statement), number)
    }

    /// Runs several statements separated by semicolons. None of them may end the transaction.
    package func script(_ text: String) async throws(PostgresError) {
        try await connection.script(text, scope)
    }

    /// Gives the statements that follow in this transaction another time limit; nil for none.
    package func setStatementTimeout(_ timeout: Duration?) async throws(PostgresError) {
        try await connection.setStatementTimeout(timeout, number)
    }

    /// Runs `body` so that its error undoes its own statements only; the error is thrown on.
    @discardableResult
    package func savepoint<T: Sendable>(_ body: @Sendable (Transaction) async throws -> T) async throws -> T {
        try await connection.savepoint(number, body)
    }

    /// Runs statements in one round trip. After an error the transaction can only be rolled back.
    package func pipeline(_ pipeline: Pipeline) async throws(PostgresError) -> PipelineResults {
        try await connection.run(pipeline, scope)
    }

    /// Runs statements in one round trip and decodes their rows. Throws the first error.
    package func pipeline<each S: Statement>(
        _ statement: repeat each S
    ) async throws(PostgresError) -> (repeat [(each S).Output]) {
        try await connection.run(repeat each statement, scope: scope)
    }

    /// Runs statements of one kind in one round trip. Throws the first error.
    package func pipeline<S: Statement>(_ statements: [S]) async throws(PostgresError) -> [[S.Output]] {
        try await connection.run(statements, scope)
    }

    /// See `PostgresConnection.copyOut`.
    @discardableResult
    package func copyOut(_ query: SQL, _ each: @Sendable (inout CopyRow) throws -> Void) async throws -> Int {
        try await connection.copyOut(query, scope, into: ()) { _, row in try each(&row) }.rowCount
    }

    /// See `PostgresConnection.copyOut`.
    package func copyOut<R: Sendable>(
        _ query: SQL, into initial: R, _ each: @Sendable (inout R, inout CopyRow) throws -> Void
    ) async throws -> R {
        try await connection.copyOut(query, scope, into: initial, each).value
    }

    /// See `PostgresConnection.copyIn`.
    @discardableResult
    package func copyIn(
        _ table: String, columns: [String], _ fill: @Sendable (inout CopyWriter) throws -> Bool
    ) async throws -> Int {
        try await connection.copyIn(table, columns: columns, scope, fill)
    }
}
