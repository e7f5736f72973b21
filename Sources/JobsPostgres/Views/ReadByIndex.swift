package import Postgres

extension PostgresPool {
    /// Reads at one moment, along the indexes: what the planner believes of a queue's length is old as soon as it
    /// grows, and a plan that sorts an empty queue is kept for one of a million jobs.
    package func readByIndex<T: Sendable>(_ body: @Sendable (Transaction) async throws -> T) async throws -> T {
        try await transaction(isolation: .repeatableRead, readOnly: true) { transaction in
            try await transaction.run(KeepToIndexes())
            return try await body(transaction)
        }
    }
}

/// Until the transaction ends. Nothing that is read so gains from being compiled.
struct KeepToIndexes: Statement {
    static let sql = """
        select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
               set_config('jit', 'off', true)
        """

    static func output(from row: inout Row) throws(PostgresError) {}
}
