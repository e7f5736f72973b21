import Synchronization

/// Events in the order in which they happened. A test awaits the next one instead of sleeping until it must have come.
package final class EventProbe<Event: Sendable>: Sendable {
    private struct State {
        var recorded: [Event] = []
        /// How many of them were taken.
        var taken = 0
        var waiters: [Int: CheckedContinuation<Event, any Error>] = [:]
        var order: [Int] = []
        var lastWaiter = 0

        /// The waiter that gets the event that was just recorded: whoever waits longest.
        mutating func firstWaiter() -> CheckedContinuation<Event, any Error>? {
            guard !order.isEmpty else { return nil }
            taken += 1
            return waiters.removeValue(forKey: order.removeFirst())
        }

        mutating func remove(_ waiter: Int) -> CheckedContinuation<Event, any Error>? {
            order.removeAll { $0 == waiter }
            return waiters.removeValue(forKey: waiter)
        }
    }

    private let state = Mutex(State())

    package init() {}

    /// All so far, taken or not.
    package var recorded: [Event] {
        state.withLock { $0.recorded }
    }

    /// Adds an event and wakes whoever waits for it.
    package func record(_ event: Event) {
        let waiter = state.withLock { state in
            state.recorded.append(event)
            return state.firstWaiter()
        }
        waiter?.resume(returning: event)
    }

    /// The oldest event that nobody has taken, once there is one. Fails only when the task is cancelled.
    package func next() async throws -> Event {
        let waiter = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Event, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.taken < state.recorded.count {
                        state.taken += 1
                        return .success(state.recorded[state.taken - 1])
                    }
                    state.waiters[waiter] = continuation
                    state.order.append(waiter)
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            state.withLock { $0.remove(waiter) }?.resume(throwing: CancellationError())
        }
    }

    /// The oldest event that nobody has taken and that fits; those before it are taken too.
    package func first(where fits: (Event) -> Bool) async throws -> Event {
        // Ends: with the event, or with the task.
        while true {
            let event = try await next()
            if fits(event) { return event }
        }
    }
}
