import Synchronization

/// Wakes one sleeper. Raised while nobody sleeps, it is remembered, once; raised again, it says nothing new.
///
/// Unlike an `AsyncStream`, it survives the cancellation of a task that waits on it.
package final class Signal: Sendable {
    private struct State {
        var isRaised = false
        var sleeper: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    /// Wakes the sleeper, or lets the next one pass.
    package func raise() {
        let sleeper = state.withLock { state in
            guard let sleeper = state.sleeper else {
                state.isRaised = true
                return nil as CheckedContinuation<Void, Never>?
            }
            state.sleeper = nil
            return sleeper
        }
        sleeper?.resume()
    }

    /// Returns once raised, at once if it was, or when the task is cancelled. At most one task may wait at a time.
    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let passes = state.withLock { state in
                    precondition(state.sleeper == nil, "a signal wakes one sleeper only")
                    if state.isRaised || Task.isCancelled {
                        state.isRaised = false
                        return true
                    }
                    state.sleeper = continuation
                    return false
                }
                if passes { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                defer { state.sleeper = nil }
                return state.sleeper
            }
            sleeper?.resume()
        }
    }
}
