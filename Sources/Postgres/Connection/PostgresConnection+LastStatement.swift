internal import CLibPQ

/// Transactions whose last statement and COMMIT go to the server together: a round trip less than one by one.
extension PostgresConnection {
    /// Runs `body` between BEGIN and COMMIT, and `last` right before COMMIT, in the same round trip. The statement must
    /// fail, not just find nothing, where the transaction must not be committed.
    ///
    /// Errors as of the other `transaction`; nothing can follow that would be taken for part of it.
    package func transaction<S: Statement>(
        isolation: Isolation = .readCommitted, endingWith last: S,
        _ body: @Sendable (Transaction) async throws -> Void
    ) async throws -> [S.Output] {
        try await withTransaction(isolation, readOnly: false, body) { _, number throws(PostgresError) in
            try await Self.decode(commit(with: Request(last), number), S.self)
        }
    }

    private func commit(with last: Request, _ number: UInt64) async throws(PostgresError) -> ResultSet {
        if let failure = last.failure { throw failure }
        do throws(PostgresError) {
            return try await exchange(.transaction(number), last.name, writes: true) { session throws(PostgresError) in
                try options.observer?.willRun("COMMIT")
                let start = ContinuousClock.now
                let outcomes = try await performPipeline([last, Request(Commit())], session)
                let result = try outcomes[0].get()
                guard try outcomes[1].get().commandTag == "COMMIT" else {
                    throw PostgresError(.misuse, "the server rolled back instead of committing")
                }
                transactionState.open = nil
                options.observer?.didRun("COMMIT", took: ContinuousClock.now - start, failure: nil)
                return result
            }
        } catch let error where error.code == .connectionLost {
            throw Self.unknown(error)
        }
    }
}

private struct Commit: Statement {
    static let name = "COMMIT"
    static let sql = "COMMIT"
}
