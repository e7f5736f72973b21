import Synchronization

/// Wakes one sleeper. Raised while nobody sleeps, it is remembered, once; raised again, it says nothing new.
///
/// Unlike an `AsyncStream`, it survives the cancellation of a task that waits on it.
package final class Signal: Sendable {
    private struct State {
        var isRaised = false
        var sleeper: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    /// Wakes the sleeper, or lets the next one pass.
    package func raise() {
        let sleeper = state.withLock { state in
            guard let sleeper = state.sleeper else {
                state.isRaised = true
                return nil as CheckedContinuation<Bool, Never>?
            }
            state.sleeper = nil
            return sleeper
        }
        sleeper?.resume(returning: true)
    }

    /// Returns true once raised, at once if it was, and false when the task is cancelled. At most one task may wait at
    /// a time. What was raised is taken only by a wait that says so.
    @discardableResult
    package func wait() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    precondition(state.sleeper == nil, "a signal wakes one sleeper only")
                    if state.isRaised {
                        state.isRaised = false
                        return true
                    }
                    if Task.isCancelled { return false }
                    state.sleeper = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                defer { state.sleeper = nil }
                return state.sleeper
            }
            sleeper?.resume(returning: false)
        }
    }
}
