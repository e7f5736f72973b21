internal import Dispatch

/// A turnstile and the tasks that wait at it.
struct Gate {
    var turnstile = Turnstile()
    var sleepers: [Turnstile.Ticket: UnsafeContinuation<Bool, Never>] = [:]
}

/// What one may hold at a time.
enum Door: Int, CaseIterable {
    /// The session: held by a statement, or by a transaction over all of its statements.
    case lease
    /// The wire: held from a request to the end of its reply.
    case exchange
}

/// An actor alone would let a second statement in at the first one's `await`; these keep it out.
extension PostgresConnection {
    /// Waits for one's turn. Throws `cancelled` when the task is cancelled first.
    func pass(_ door: Door) async throws(PostgresError) {
        guard case .wait(let ticket) = gates[door.rawValue].turnstile.enter() else { return }
        let hasPassed = await withTaskCancellationHandler {
            await sleep(at: door, with: ticket)
        } onCancel: {
            executor.queue.async { self.assumeIsolated { $0.abandon(door, ticket) } }
        }
        if !hasPassed { throw PostgresError(.cancelled, "the task was cancelled while it waited for the connection") }
    }

    /// Waits for one's turn whatever happens to the task: for what must be done, such as ROLLBACK.
    func passShielded(_ door: Door) async {
        guard case .wait(let ticket) = gates[door.rawValue].turnstile.enter() else { return }
        _ = await sleep(at: door, with: ticket)
    }

    func leave(_ door: Door) {
        guard let next = gates[door.rawValue].turnstile.leave() else { return }
        gates[door.rawValue].sleepers.removeValue(forKey: next)?.resume(returning: true)
    }

    private func sleep(at door: Door, with ticket: Turnstile.Ticket) async -> Bool {
        await withUnsafeContinuation { gates[door.rawValue].sleepers[ticket] = $0 }
    }

    /// Runs on the queue after the waiter has gone to sleep: it was on the queue until then.
    private func abandon(_ door: Door, _ ticket: Turnstile.Ticket) {
        guard gates[door.rawValue].turnstile.abandon(ticket) else { return }
        gates[door.rawValue].sleepers.removeValue(forKey: ticket)?.resume(returning: false)
    }
}
