extension PostgresPool {
    /// Streams the rows of a query into a value over a connection of the pool's.
    package func copyOut<R: Sendable>(
        _ query: SQL, into initial: R, _ each: @Sendable (inout R, inout CopyRow) throws -> Void
    ) async throws -> R {
        try await withConnection { connection in try await connection.copyOut(query, into: initial, each) }
    }
}
