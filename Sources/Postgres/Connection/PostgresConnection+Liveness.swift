internal import CLibPQ
internal import Dispatch

extension PostgresConnection {
    /// How long a connection that is checked may take to answer.
    private static let checkLimit: Duration = .seconds(5)

    /// Reads what has come while nobody looked, without waiting. False when the server has gone.
    func looksOpen() -> Bool {
        guard let session, !gates[Door.exchange.rawValue].turnstile.isTaken else { return self.session != nil }
        receiveWhileIdle(session)
        return self.session != nil
    }

    /// Whether the server answers a trivial statement in time. The session is ended when it does not.
    func answers() async -> Bool {
        transactionState.ownSilenceLimit = .some(Self.checkLimit)
        defer { transactionState.ownSilenceLimit = nil }
        do throws(PostgresError) {
            try await execute("SELECT 1")
            return true
        } catch {
            end(because: error)
            return false
        }
    }

    /// Ends the session as soon as its queue is free, without waiting for that.
    nonisolated func endSoon() {
        executor.queue.async {
            self.assumeIsolated { $0.end(because: PostgresError(.connectionLost, "the connection was closed")) }
        }
    }
}
