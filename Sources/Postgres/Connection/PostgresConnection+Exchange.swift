internal import CLibPQ
internal import Dispatch

/// Who asks for an exchange.
enum Scope {
    /// Nobody in particular: takes the session for this one exchange.
    case connection
    /// The transaction of this number, which holds the session.
    case transaction(UInt64)
}

/// The wait for a cancellation that is still on its way when its exchange ends.
struct Settlement {
    var number: UInt64 = 0
    var continuation: UnsafeContinuation<Bool, Never>?
}

/// Requests and replies: one at a time, each ended before the next begins.
extension PostgresConnection {
    /// Runs `body` as the only one who talks with the server. A cancelled task has the server cancel what runs.
    ///
    /// `writes`: outside a transaction a lost session then leaves open what has happened, as at a COMMIT.
    func exchange<R>(
        _ scope: Scope, _ name: String, writes: Bool, _ body: (Session) async throws(PostgresError) -> R
    ) async throws(PostgresError) -> R {
        switch scope {
        case .transaction(let number):
            try checkIsOpen(number)
            do throws(PostgresError) {
                return try await converse(scope, name, body)
            } catch {
                // The first error spoils the transaction; later ones only say so.
                let named = error.naming(name, phase: .body)
                transactionState.failure = transactionState.failure ?? named
                throw named
            }
        case .connection:
            try await checkIsOutsideOwnTransaction()
            try await pass(.lease)
            defer { leaveLease() }
            // A session that is found dead before anything was sent leaves nothing open.
            if writes, let session { receiveWhileIdle(session) }
            _ = try openSession()
            let value: R
            do throws(PostgresError) {
                value = try await converse(scope, name, body)
            } catch {
                throw writes && error.code == .connectionLost ? Self.unknown(error) : error
            }
            try requireIdle(name)
            return value
        }
    }

    private func converse<R>(
        _ scope: Scope, _ name: String, _ body: (Session) async throws(PostgresError) -> R
    ) async throws(PostgresError) -> R {
        try await pass(.exchange)
        defer { endExchange() }
        // Asked again: the transaction may have ended while this waited.
        if case .transaction(let number) = scope { try checkIsOpen(number) }
        let session = try openSession()
        if Task.isCancelled { throw PostgresError(.cancelled, "the task was cancelled").naming(name) }
        let start = ContinuousClock.now
        try options.observer?.willRun(name)
        let canceller = session.canceller
        let number = canceller.begin()
        let outcome: Result<R, PostgresError> = await withTaskCancellationHandler {
            do throws(PostgresError) {
                return .success(try await body(session))
            } catch {
                return .failure(classified(error, wasCancelled: canceller.wasCancelled).naming(name))
            }
        } onCancel: {
            guard canceller.cancel(number) else { return }
            executor.queue.async { self.assumeIsolated { $0.shortenSocketWait(to: Self.cancelGrace) } }
        }
        await settle(canceller)
        if let observer = options.observer {
            var failure: PostgresError?
            if case .failure(let error) = outcome { failure = error }
            observer.didRun(name, took: ContinuousClock.now - start, failure: failure)
        }
        return try outcome.get()
    }

    /// The error of a commit, explicit or not, whose answer did not come.
    static func unknown(_ error: PostgresError) -> PostgresError {
        var unknown = error
        unknown.code = .commitUnknown
        unknown.hint = "read the commit's own marker before doing it again"
        return unknown
    }

    /// Waits for a cancellation under way: it would hit the next statement. One that stays under way ends the session.
    private func settle(_ canceller: Canceller) async {
        settlement.number += 1
        let number = settlement.number
        let isUnderWay = canceller.finish(onThrough: { [executor] in
            executor.queue.async { self.assumeIsolated { $0.settled(number, inTime: true) } }
        })
        guard isUnderWay, session != nil else { return }
        let deadline = DispatchTime.now() + .microseconds(Int(Self.cancelGrace / .microseconds(1)))
        executor.queue.asyncAfter(deadline: deadline) { [weak self] in
            self?.assumeIsolated { $0.settled(number, inTime: false) }
        }
        let isInTime = await withUnsafeContinuation { settlement.continuation = $0 }
        if !isInTime { end(because: PostgresError(.connectionLost, "a cancellation did not reach the server")) }
    }

    private func settled(_ number: UInt64, inTime: Bool) {
        guard settlement.number == number, let continuation = settlement.continuation else { return }
        settlement.continuation = nil
        continuation.resume(returning: inTime)
    }

    private func endExchange() {
        if let session, !channels.isEmpty { watchWhileIdle(session) }
        leave(.exchange)
    }

    private func classified(_ error: PostgresError, wasCancelled: Bool) -> PostgresError {
        guard error.sqlState == SQLState.queryCancelled, !wasCancelled else { return error }
        var copy = error
        // The server uses one SQLSTATE for its statement timeout and for a request of somebody else.
        copy.code = error.message.contains("user request") ? .cancelled : .timeout
        return copy
    }

    /// Nobody gets a session that another one has left inside a transaction.
    func leaveLease() {
        if let session, PQtransactionStatus(session.handle) != PQTRANS_IDLE {
            end(because: PostgresError(.misuse, "a transaction was left open; the connection was closed"))
        }
        leave(.lease)
    }

    /// A statement that leaves a transaction open would hand it to whoever comes next.
    private func requireIdle(_ name: String) throws(PostgresError) {
        guard let session, PQtransactionStatus(session.handle) != PQTRANS_IDLE else { return }
        let error = PostgresError(
            .misuse, "the statement left a transaction open; the connection was closed", hint: "use transaction { }")
        end(because: error)
        throw error.naming(name)
    }

    // MARK: The wire

    /// Sends what libpq has buffered, receiving meanwhile, so that neither side waits for the other for ever.
    func flush(_ session: Session) async throws(PostgresError) {
        while true {  // Ends: each turn sends, or waits under the limit of silence.
            switch PQflush(session.handle) {
            case 0: return
            case 1:
                try await awaitSocket(write: true)
                try receive(session)
            default: throw lost(session)
            }
        }
    }

    /// The next result; nil where a command's results end.
    func nextResult(_ session: Session) async throws(PostgresError) -> ResultSet? {
        while PQisBusy(session.handle) != 0 {  // Ends: each turn receives, or waits under the limit of silence.
            try await awaitSocket(write: false)
            try receive(session)
        }
        return PQgetResult(session.handle).map(ResultSet.init)
    }

    func receive(_ session: Session) throws(PostgresError) {
        if PQconsumeInput(session.handle) == 0, PQisBusy(session.handle) != 0 { throw lost(session) }
        if !channels.isEmpty { drainNotifications(session) }
    }

    /// Reads the results of one command to their end. The last one counts; the first error is thrown afterwards.
    func finishCommand(_ session: Session) async throws(PostgresError) -> ResultSet {
        var last: ResultSet?
        var failure: PostgresError?
        while let result = try await nextResult(session) {  // Ends: libpq ends each command with nil.
            switch result.status {
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: throw strayCopy()
            case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR:
                failure = failure ?? PostgresError(result)
                if PQstatus(session.handle) == CONNECTION_BAD { throw lost(session, failure) }
            default: last = result
            }
        }
        if let failure { throw failure.sqlState == nil || failure.isConnectionLost ? lost(session, failure) : failure }
        guard let last else { throw lost(session) }
        return last
    }

    /// A COPY that came by another verb: nobody would read or end it.
    private func strayCopy() -> PostgresError {
        let error = PostgresError(.misuse, "COPY was run as a statement", hint: "use copyOut or copyIn")
        end(because: error)
        return error
    }

    /// Ends the session, and returns the error that says so.
    func lost(_ session: Session, _ reported: PostgresError? = nil) -> PostgresError {
        var error = reported ?? PostgresError(.connectionLost, session.complaint)
        error.code = .connectionLost
        end(because: error)
        return error
    }
}
