import Synchronization

/// Whether a server is bound, to be waited for by any number of tasks.
final class Bound: Sendable {
    /// Can go to: bound, failed. Both are final.
    private enum State {
        case open([Int: CheckedContinuation<Void, any Error>])
        case bound
        case failed(any Error)
    }

    private let state = Mutex((next: 0, State.open([:])))

    /// Returns once it is bound; throws why it never will be, or when the task is cancelled.
    func wait() async throws {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    switch state.1 {
                    case .bound: return .success(())
                    case .failed(let error): return .failure(error)
                    case .open(var waiters):
                        if Task.isCancelled { return .failure(CancellationError()) }
                        waiters[ticket] = continuation
                        state.1 = .open(waiters)
                        return nil
                    }
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                guard case .open(var waiters) = state.1 else { return nil }
                let waiter = waiters.removeValue(forKey: ticket)
                state.1 = .open(waiters)
                return waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// The first call decides; later ones change nothing.
    func settle(_ result: Result<Void, any Error>) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, any Error>] in
            guard case .open(let waiters) = state.1 else { return [] }
            switch result {
            case .success: state.1 = .bound
            case .failure(let error): state.1 = .failed(error)
            }
            return Array(waiters.values)
        }
        for waiter in waiters { waiter.resume(with: result) }
    }
}
