internal import CLibPQ

/// What a transaction may see of others (SET TRANSACTION ISOLATION LEVEL).
package enum Isolation: String, Sendable, Hashable, CaseIterable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

/// Which transaction holds a connection's session.
struct TransactionState {
    /// Nil when none is open.
    var open: UInt64?
    /// BEGIN waits for the first statement and rides with it.
    var pendingBegin: String?
    var lastNumber: UInt64 = 0
    /// What spoilt the transaction: reported when its body goes on as if nothing had happened.
    var failure: PostgresError?
    /// Statements that wait for its end.
    var atEnd: [Request] = []
    /// What it does need not be known: it may be run again whatever became of its COMMIT.
    var isReadOnly = false
    /// Set when the transaction has a statement timeout of its own; then how long the server may be silent, nil for
    /// ever.
    var ownSilenceLimit: Duration??
}

/// Names the connections whose transactions enclose the present task.
enum EnclosingTransactions {
    @TaskLocal static var connections: [ObjectIdentifier] = []
}

extension PostgresConnection {
    /// Runs `body` between BEGIN and COMMIT; an error of the body rolls back and is thrown on.
    ///
    /// A commit whose outcome is not known ends with `commitUnknown`. If ROLLBACK fails too, a `TransactionError`
    /// holds both.
    @discardableResult
    package func transaction<T: Sendable>(
        isolation: Isolation = .readCommitted, readOnly: Bool = false,
        _ body: @Sendable (Transaction) async throws -> T
    ) async throws -> T {
        try await withTransaction(isolation, readOnly: readOnly, body) { value, number throws(PostgresError) in
            try await runAtEnd(number)
            try await commit()
            return value
        }
    }

    /// `conclude` commits; a transaction that it leaves open is rolled back.
    func withTransaction<T: Sendable, R: Sendable>(
        _ isolation: Isolation, readOnly: Bool, _ body: @Sendable (Transaction) async throws -> T,
        _ conclude: (T, UInt64) async throws(PostgresError) -> R
    ) async throws -> R {
        try await checkIsOutsideOwnTransaction()
        try await pass(.lease)
        defer { leaveLease() }
        _ = try openSession()
        let number = beginTransaction(isolation, readOnly)
        defer { transactionState.open = nil }
        do {
            let enclosing = EnclosingTransactions.connections + [ObjectIdentifier(self)]
            let value = try await EnclosingTransactions.$connections.withValue(enclosing) {
                try await body(Transaction(connection: self, number: number))
            }
            return try await conclude(value, number)
        } catch {
            if transactionState.open == number { try await rollBack(after: error) }
            throw error
        }
    }

    private func beginTransaction(_ isolation: Isolation, _ readOnly: Bool) -> UInt64 {
        transactionState.lastNumber += 1
        transactionState.open = transactionState.lastNumber
        transactionState.failure = nil
        transactionState.atEnd = []
        transactionState.isReadOnly = readOnly
        transactionState.ownSilenceLimit = nil
        transactionState.pendingBegin =
            "BEGIN ISOLATION LEVEL \(isolation.rawValue)" + (readOnly ? " READ ONLY" : " READ WRITE")
        return transactionState.lastNumber
    }

    private func commit() async throws(PostgresError) {
        await passShielded(.exchange)
        defer { leave(.exchange) }
        transactionState.open = nil
        if transactionState.pendingBegin != nil { return transactionState.pendingBegin = nil }
        let session = try openSession()
        if let failure = transactionState.failure, PQtransactionStatus(session.handle) == PQTRANS_INERROR {
            try await control("ROLLBACK", session, .rollback)
            throw failure
        }
        do throws(PostgresError) {
            try options.observer?.willRun("COMMIT")
        } catch {
            // What is refused before it is sent has not happened.
            try await control("ROLLBACK", session, .rollback)
            throw error.naming("COMMIT", phase: .commit)
        }
        do throws(PostgresError) {
            let tag = try await control("COMMIT", session, .commit)
            guard tag == "COMMIT" else {
                throw PostgresError(.misuse, "the server rolled back instead of committing").naming(
                    "COMMIT", phase: .commit)
            }
        } catch let error where error.code == .connectionLost && !transactionState.isReadOnly {
            throw Self.unknown(error)
        }
    }

    private func rollBack(after failure: any Error) async throws {
        await passShielded(.exchange)
        defer { leave(.exchange) }
        transactionState.open = nil
        if transactionState.pendingBegin != nil { return transactionState.pendingBegin = nil }
        // A session that ended took its transaction with it.
        guard let session else { return }
        do {
            try options.observer?.willRun("ROLLBACK")
            try await control("ROLLBACK", session, .rollback)
        } catch {
            end(because: error)
            throw TransactionError(body: failure, rollback: error)
        }
    }

    /// BEGIN apart, what opens and ends transactions. Not cancellable: half of it would help nobody.
    @discardableResult
    private func control(
        _ text: String, _ session: Session, _ phase: PostgresError.Phase
    ) async throws(PostgresError) -> String {
        do throws(PostgresError) {
            let start = ContinuousClock.now
            guard PQsendQuery(session.handle, text) == 1 else { throw lost(session) }
            try await flush(session)
            let tag = try await finishCommand(session).commandTag
            options.observer?.didRun(text, took: ContinuousClock.now - start, failure: nil)
            if PQtransactionStatus(session.handle) != PQTRANS_IDLE { throw lost(session) }
            return tag
        } catch {
            throw error.naming(text, phase: phase)
        }
    }

    func setStatementTimeout(_ timeout: Duration?, _ number: UInt64) async throws(PostgresError) {
        let milliseconds = timeout.map { max(1, Int($0 / .milliseconds(1))) } ?? 0
        _ = try await perform(
            Request(SQL(unsafe: "SET LOCAL statement_timeout = \(milliseconds)")), .transaction(number))
        transactionState.ownSilenceLimit = .some(timeout.map { $0 + ConnectionOptions.silenceGrace })
    }

    func checkIsOpen(_ number: UInt64) throws(PostgresError) {
        guard transactionState.open == number else {
            throw PostgresError(.misuse, "the transaction has ended", hint: "use it only inside its closure")
        }
    }

    /// Waiting for a session that one's own transaction holds would never end.
    nonisolated func checkIsOutsideOwnTransaction() async throws(PostgresError) {
        guard EnclosingTransactions.connections.contains(ObjectIdentifier(self)) else { return }
        throw PostgresError(
            .misuse, "the connection is held by the transaction that encloses this call",
            hint: "use the transaction that the closure is given")
    }
}
