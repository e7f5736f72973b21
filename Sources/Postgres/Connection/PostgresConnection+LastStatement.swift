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
        for request in transactionState.atEnd + [last] {
            if let failure = request.failure { throw failure }
        }
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
        let before = transactionState.atEnd
        transactionState.atEnd = []
        let outcomes = try await performPipeline(before + [last, Request(Commit())], session)
        for index in before.indices { _ = try outcomes[index].get() }
        let result = try outcomes[before.count].get()
        do throws(PostgresError) {
            guard try outcomes[before.count + 1].get().commandTag == "COMMIT" else {
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

extension PostgresConnection {
    /// Keeps a statement for the end of the open transaction.
    func keepForEnd(_ request: Request, _ number: UInt64) throws(PostgresError) {
        try checkIsOpen(number)
        guard transactionState.atEnd.count < Pipeline.limit else {
            throw PostgresError(.misuse, "\(Pipeline.limit) statements are kept for the end of the transaction already")
        }
        transactionState.atEnd.append(request)
    }

    /// Runs what was kept for the end of a transaction that ends without a last statement.
    func runAtEnd(_ number: UInt64) async throws(PostgresError) {
        let requests = transactionState.atEnd
        transactionState.atEnd = []
        guard !requests.isEmpty else { return }
        for outcome in try await perform(requests, .transaction(number)) { _ = try outcome.get() }
    }
}

private struct Commit: Statement {
    static let name = "COMMIT"
    static let sql = "COMMIT"
}
