internal import Dispatch

extension PostgresConnection {
    /// Proves that notifications reach this session: has `runner` send one, and returns how long it took to arrive.
    ///
    /// `runner` is better another session, as a pool's: a session's own notification takes a shorter way.
    package func proveNotifications(
        via runner: some StatementRunner, within limit: Duration = .seconds(5)
    ) async throws(PostgresError) -> Duration {
        let channel = canaryChannel
        if !channels.contains(channel) { try await listen(channel) }
        let start = ContinuousClock.now
        let number = canary.release()
        defer { canary.giveUp(number) }
        try await runner.run(Notify(channel: channel, payload: String(number)))
        while !canary.meet(number) {  // Ends: the limit.
            let rest = limit - (ContinuousClock.now - start)
            _ = try openSession()
            if Task.isCancelled { throw PostgresError(.cancelled, "the task was cancelled") }
            guard rest > .zero else {
                throw PostgresError(
                    .timeout, "a notification did not come back within \(limit)",
                    hint: "connect to PostgreSQL itself or through a pooler in session mode")
            }
            await sleepUntilCanaryReturns(number, limit: rest)
        }
        return ContinuousClock.now - start
    }

    /// The session's own: two daemons never hear each other's.
    var canaryChannel: String { "bursar_canary_\(backendPID)" }

    func canaryReturned(_ payload: String) {
        guard let number = canary.hears(payload) else { return }
        wakeCanaryWaiter(number)
    }

    func wakeCanaryWaiter(_ number: UInt64) {
        canaryWaiters.removeValue(forKey: number)?.resume()
    }

    private func sleepUntilCanaryReturns(_ number: UInt64, limit: Duration) async {
        let deadline = DispatchTime.now() + .microseconds(Int(limit / .microseconds(1)))
        executor.queue.asyncAfter(deadline: deadline) { [weak self] in
            self?.assumeIsolated { $0.wakeCanaryWaiter(number) }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { canaryWaiters[number] = $0 }
        } onCancel: {
            executor.queue.async { self.assumeIsolated { $0.wakeCanaryWaiter(number) } }
        }
    }
}

/// pg_notify: NOTIFY itself takes no parameters.
struct Notify: Statement {
    let channel: String
    let payload: String

    static let sql = "SELECT pg_notify($1, $2)"

    func bind(to bindings: inout Bindings) {
        bindings.append(channel)
        bindings.append(payload)
    }
}
