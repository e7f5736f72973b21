/// Between attempts at a transaction.
private let rerunBackoff = Backoff(first: .milliseconds(10), longest: .seconds(2))

extension PostgresPool {
    /// Runs `body` in a transaction. After a transient error the whole unit is run again on another connection, so
    /// `body` must have no effect outside the database. Never after `commitUnknown`.
    @discardableResult
    package func transaction<T: Sendable>(
        isolation: Isolation = .readCommitted, readOnly: Bool = false, attempts: Int = 5,
        _ body: @Sendable (Transaction) async throws -> T
    ) async throws -> T {
        try await rerunning(attempts) { connection in
            try await connection.transaction(isolation: isolation, readOnly: readOnly, body)
        }
    }

    /// The same, with `last` and COMMIT in one round trip: see `PostgresConnection.transaction(isolation:endingWith:)`.
    @discardableResult
    package func transaction<S: Statement>(
        isolation: Isolation = .readCommitted, endingWith last: S, attempts: Int = 5,
        _ body: @Sendable (Transaction) async throws -> Void
    ) async throws -> [S.Output] {
        try await rerunning(attempts) { connection in
            try await connection.transaction(isolation: isolation, endingWith: last, body)
        }
    }

    private func rerunning<T: Sendable>(
        _ attempts: Int, _ unit: (PostgresConnection) async throws -> T
    ) async throws -> T {
        precondition(attempts > 0, "a transaction is attempted once at least")
        var attempt = 1
        while true {  // Ends: the number of attempts.
            // Outside of what is run again: a lease has its own patience.
            let lent = try await lease()
            do {
                defer { release(lent) }
                return try await unit(lent.connection)
            } catch {
                guard attempt < attempts, Self.isTransient(error), !Task.isCancelled else { throw error }
            }
            let delay = rerunBackoff.delay(failures: attempt, jitter: .random(in: 0...1))
            try await ContinuousClock().sleep(for: delay)
            attempt += 1
        }
    }

    private static func isTransient(_ error: any Error) -> Bool {
        switch error {
        case let error as PostgresError: error.isTransient
        case let error as TransactionError: isTransient(error.body)
        default: false
        }
    }

    @discardableResult
    package func run<S: Statement>(_ statement: S) async throws(PostgresError) -> [S.Output] {
        let lent = try await lease()
        defer { release(lent) }
        return try await lent.connection.run(statement)
    }

    @discardableResult
    package func execute<S: Statement>(_ statement: S) async throws(PostgresError) -> Int {
        let lent = try await lease()
        defer { release(lent) }
        return try await lent.connection.execute(statement)
    }

    package func query(_ sql: SQL) async throws(PostgresError) -> [Row] {
        let lent = try await lease()
        defer { release(lent) }
        return try await lent.connection.query(sql)
    }

    @discardableResult
    package func execute(_ sql: SQL) async throws(PostgresError) -> Int {
        let lent = try await lease()
        defer { release(lent) }
        return try await lent.connection.execute(sql)
    }

    /// Runs statements in one round trip. Throws only what concerns the session.
    package func pipeline(_ pipeline: Pipeline) async throws(PostgresError) -> PipelineResults {
        let lent = try await lease()
        defer { release(lent) }
        return try await lent.connection.pipeline(pipeline)
    }
}
