import Jobs
import Synchronization

/// What this daemon was given and has not ended. Whatever else the database says runs here, nobody here knows of: the
/// answer that gave it was lost.
final class Holdings: Sendable {
    /// What is held, by the numbers that the database knows it by.
    struct Held: Sendable {
        var attempts: Set<AttemptKey> = []
        var batches: Set<Int64> = []
    }

    private struct State {
        var held = Held()
        var lastDoubt: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    var held: Held { state.withLock { $0.held } }

    func add(_ claims: [Claim]) {
        state.withLock { $0.held.attempts.formUnion(claims.map(\.key)) }
    }

    func add(batch lease: Int64) {
        state.withLock { _ = $0.held.batches.insert(lease) }
    }

    /// The attempt has ended, or lost its lease.
    func remove(_ attempt: AttemptKey) {
        state.withLock { _ = $0.held.attempts.remove(attempt) }
    }

    func remove(batch lease: Int64) {
        state.withLock { _ = $0.held.batches.remove(lease) }
    }

    /// Something was asked for, and no answer came.
    func doubt() {
        state.withLock { $0.lastDoubt = ContinuousClock().now }
    }

    /// Whether what was asked for may still be given: requests that are under way when their sender is cut off arrive
    /// late.
    func isInDoubt(for time: Duration) -> Bool {
        state.withLock { state in
            guard let last = state.lastDoubt else { return false }
            if ContinuousClock().now - last < time { return true }
            state.lastDoubt = nil
            return false
        }
    }
}
