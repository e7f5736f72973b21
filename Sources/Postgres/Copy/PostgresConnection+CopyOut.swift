internal import CLibPQ

extension PostgresConnection {
    /// Streams the rows of a query in binary, and returns how many came. `each` runs on the connection's queue.
    ///
    /// An error of `each` cancels the query and is thrown on; outside a transaction the connection stays usable.
    @discardableResult
    package func copyOut(
        _ query: SQL, _ each: @Sendable (inout CopyRow) throws -> Void
    ) async throws -> Int {
        try await copyOut(query, .connection, into: ()) { _, row in try each(&row) }.rowCount
    }

    /// Streams the rows of a query into a value, such as an array or a sum.
    package func copyOut<R: Sendable>(
        _ query: SQL, into initial: R, _ each: @Sendable (inout R, inout CopyRow) throws -> Void
    ) async throws -> R {
        try await copyOut(query, .connection, into: initial, each).value
    }

    func copyOut<R: Sendable>(
        _ query: SQL, _ scope: Scope, into initial: R, _ each: @Sendable (inout R, inout CopyRow) throws -> Void
    ) async throws -> CopiedOut<R> {
        let text = "COPY (" + query.textWithLiterals + ") TO STDOUT (FORMAT binary)"
        let outcome = try await exchange(scope, "COPY TO", writes: false) { session throws(PostgresError) in
            try await beginIfPending(session)
            guard PQsendQuery(session.handle, text) == 1 else { throw lost(session) }
            try await flush(session)
            try await startCopy(session, PGRES_COPY_OUT)
            return try await receiveRows(session, initial, each)
        }
        return try outcome.get()
    }

    /// Reads to the end of the COPY whatever happens: the connection is in step afterwards.
    private func receiveRows<R: Sendable>(
        _ session: Session, _ initial: R, _ each: @Sendable (inout R, inout CopyRow) throws -> Void
    ) async throws(PostgresError) -> Result<CopiedOut<R>, any Error> {
        var parser = CopyParser()
        var value = initial
        var failure: (any Error)?
        receiving: while true {  // Ends: the server's end of the COPY, or the limit of silence.
            var message: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(session.handle, &message, 1)
            switch count {
            case 1...:
                if failure == nil {
                    do {
                        try parser.feed(UnsafeRawBufferPointer(start: message, count: Int(count))) {
                            try each(&value, &$0)
                        }
                    } catch {
                        failure = error
                        session.canceller.cancelPresent()
                    }
                }
                PQfreemem(message)
            case 0:
                try await awaitSocket(write: false)
                try receive(session)
            case -1: break receiving
            default: throw lost(session)
            }
        }
        do throws(PostgresError) {
            _ = try await finishCommand(session)
            if failure == nil { try parser.checkEnd() }
        } catch let error where failure != nil && !error.isConnectionLost {
            // The cancellation that the failure asked for.
        }
        if let failure { return .failure(failure) }
        return .success(CopiedOut(value: value, rowCount: parser.rowCount))
    }

    /// Waits until the server has begun the COPY, or says why it does not.
    func startCopy(_ session: Session, _ expected: ExecStatusType) async throws(PostgresError) {
        guard let result = try await nextResult(session) else { throw lost(session) }
        if result.status == expected { return }
        let error = PostgresError(result)
        if error.sqlState == nil || error.isConnectionLost { throw lost(session, error) }
        while try await nextResult(session) != nil {}  // Ends: libpq ends each command with nil.
        throw error
    }
}

/// What a COPY brought.
struct CopiedOut<R: Sendable>: Sendable {
    let value: R
    let rowCount: Int
}
