import Synchronization

/// Counts the jobs that handlers have begun, and tells when the last one expected has.
final class JobCount: Sendable {
    private let rest: Atomic<Int>
    private let reached: AsyncStream<Void>
    private let reach: AsyncStream<Void>.Continuation

    init(_ expected: Int) {
        rest = Atomic(expected)
        (reached, reach) = AsyncStream.makeStream()
    }

    func add() {
        if rest.subtract(1, ordering: .relaxed).newValue == 0 { reach.yield() }
    }

    /// Begins anew, after `wait` has returned.
    func expect(_ jobs: Int) {
        rest.store(jobs, ordering: .relaxed)
    }

    /// Returns when as many were counted as were expected.
    func wait() async {
        for await _ in reached { return }
    }
}
