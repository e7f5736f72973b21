/// A value that is made at its first use. Whoever asks meanwhile waits; what failed is not tried again, unless the task
/// that tried was cancelled.
package actor Once<Value: Sendable> {
    private enum Phase {
        case idle
        case making
        case made(Result<Value, any Error>)
    }

    private let make: @Sendable () async throws -> Value
    private var phase = Phase.idle
    private var waiters: [CheckedContinuation<Void, Never>] = []

    package init(_ make: @escaping @Sendable () async throws -> Value) {
        self.make = make
    }

    /// The value, made now if this is the first use.
    package func value() async throws -> Value {
        // Ends: each round waits for one attempt, and every attempt but a cancelled one is the last.
        while true {
            switch phase {
            case .made(let result): return try result.get()
            case .making: await withCheckedContinuation { waiters.append($0) }
            case .idle: try await attempt()
            }
        }
    }

    private func attempt() async throws {
        phase = .making
        do {
            phase = .made(.success(try await make()))
        } catch {
            phase = Task.isCancelled ? .idle : .made(.failure(error))
        }
        let waiting = waiters
        waiters = []
        for waiter in waiting { waiter.resume() }
        try Task.checkCancellation()
    }
}
