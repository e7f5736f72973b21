extension PostgresConnection {
    /// Runs statements in one round trip. Throws only what concerns the session; the statements' errors are in the
    /// results.
    package func pipeline(_ pipeline: Pipeline) async throws(PostgresError) -> PipelineResults {
        try await run(pipeline, .connection)
    }

    /// Runs statements in one round trip and decodes their rows. Throws the first error: none of them has happened
    /// then.
    package nonisolated func pipeline<each S: Statement>(
        _ statement: repeat each S
    ) async throws(PostgresError) -> (repeat [(each S).Output]) {
        try await run(repeat each statement, scope: .connection)
    }

    /// Runs statements of one kind in one round trip. Throws the first error.
    package func pipeline<S: Statement>(_ statements: [S]) async throws(PostgresError) -> [[S.Output]] {
        try await run(statements, .connection)
    }

    func run(_ pipeline: Pipeline, _ scope: Scope) async throws(PostgresError) -> PipelineResults {
        let results = PipelineResults(outcomes: try await perform(pipeline.requests, scope))
        if case .transaction = scope { transactionState.failure = transactionState.failure ?? results.failure?.error }
        return results
    }

    /// Not isolated: the compiler does not see that a pack of arrays of Sendable values is Sendable.
    nonisolated func run<each S: Statement>(
        _ statement: repeat each S, scope: Scope
    ) async throws(PostgresError) -> (repeat [(each S).Output]) {
        var pipeline = Pipeline()
        let tickets = (repeat pipeline.add(each statement))
        let results = try await run(pipeline, scope)
        if let failure = results.failure { throw failure.error }
        return (repeat try results.rows(each tickets))
    }

    func run<S: Statement>(_ statements: [S], _ scope: Scope) async throws(PostgresError) -> [[S.Output]] {
        let outcomes = try await perform(statements.map { Request($0) }, scope)
        var outputs: [[S.Output]] = []
        outputs.reserveCapacity(outcomes.count)
        for outcome in outcomes { outputs.append(try Self.decode(outcome.get(), S.self)) }
        return outputs
    }

    func perform(_ requests: [Request], _ scope: Scope) async throws(PostgresError) -> [RequestOutcome] {
        guard !requests.isEmpty else { return [] }
        guard requests.count <= Pipeline.limit else {
            throw PostgresError(.misuse, "\(requests.count) statements in one pipeline; the limit is \(Pipeline.limit)")
        }
        for request in requests {
            if let failure = request.failure { throw failure }
        }
        return try await exchange(scope, "pipeline", writes: requests.contains(where: \.writes)) {
            session throws(PostgresError) in
            try await performPipeline(requests, session)
        }
    }
}
