internal import CLibPQ

extension PostgresConnection {
    /// Savepoints may nest: the name is the same, and the newest one hides the others.
    private static let savepointName = "bursar_savepoint"

    func savepoint<T: Sendable>(
        _ number: UInt64, _ body: @Sendable (Transaction) async throws -> T
    ) async throws -> T {
        let name = Self.savepointName
        try await control("SAVEPOINT \(name)", number)
        do {
            let value = try await body(Transaction(connection: self, number: number))
            try await control("RELEASE SAVEPOINT \(name)", number)
            return value
        } catch {
            // Without a session, or without this savepoint's transaction, there is nothing to go back to.
            if session != nil, transactionState.open == number {
                try await goBack(to: name, number)
            }
            throw error
        }
    }

    private func goBack(to name: String, _ number: UInt64) async throws(PostgresError) {
        await passShielded(.exchange)
        defer { leave(.exchange) }
        let session = try openSession()
        guard PQsendQuery(session.handle, "ROLLBACK TO SAVEPOINT \(name); RELEASE SAVEPOINT \(name)") == 1 else {
            throw lost(session)
        }
        try await flush(session)
        _ = try await finishCommand(session)
        transactionState.failure = nil
    }

    private func control(_ text: String, _ number: UInt64) async throws(PostgresError) {
        try await script(text, .transaction(number))
    }
}
