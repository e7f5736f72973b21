internal import CLibPQ

/// Transactions whose last statement and COMMIT go to the server together: a round trip less than one by one.
extension PostgresConnection {
    /// Runs `body` between BEGIN and COMMIT, and `last` right before COMMIT, in the same round trip. The statement must
    /// fail, not just find nothing, where the transaction must not be committed. Gives its rows.
    ///
    /// Errors as of the other `transaction`.
    @discardableResult
    package func transaction<S: Statement>(
        isolation: Isolation = .readCommitted, endingWith last: S,
        _ body: @Sendable (Transaction) async throws -> Void
    ) async throws -> [S.Output] {
        try await withTransaction(isolation, readOnly: false, body) { _, number throws(PostgresError) in
            try await Self.decode(commit(with: Request(last), number), S.self)
        }
    }

    /// What fails before COMMIT leaves the transaction open, to be rolled back.
    private func commit(with last: Request, _ number: UInt64) async throws(PostgresError) -> ResultSet {
        if let failure = last.failure { throw failure }
        // What the body swallowed has spoilt the transaction.
        let session = try openSession()
        if let failure = transactionState.failure, PQtransactionStatus(session.handle) == PQTRANS_INERROR {
            throw failure
        }
        do throws(PostgresError) {
            return try await exchange(.transaction(number), last.name, writes: true) { session throws(PostgresError) in
                try await commit(with: last, session)
            }
        } catch let error where error.code == .connectionLost {
            throw Self.unknown(error)
        }
    }

    private func commit(with last: Request, _ session: Session) async throws(PostgresError) -> ResultSet {
        try options.observer?.willRun("COMMIT")
        let start = ContinuousClock.now
        let outcomes = try await performPipeline([last, Request(Commit())], session)
        let result = try outcomes[0].get()
        do throws(PostgresError) {
            guard try outcomes[1].get().commandTag == "COMMIT" else {
                throw PostgresError(.misuse, "the server rolled back instead of committing")
            }
        } catch {
            throw error.naming("COMMIT", phase: .commit)
        }
        transactionState.open = nil
        options.observer?.didRun("COMMIT", took: ContinuousClock.now - start, failure: nil)
        return result
    }
}

private struct Commit: Statement {
    static let name = "COMMIT"
    static let sql = "COMMIT"
}
