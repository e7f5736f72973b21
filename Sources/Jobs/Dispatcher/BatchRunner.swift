import Events
import Logging
import Primitives
import Synchronization

/// Runs the jobs of the idempotent kinds: two lanes a kind, so that one batch is worked at while the database takes
/// the receipt of the other and gives the next.
package final class BatchRunner<Store: JobStore>: Sendable {
    private let lanes: [BatchLane<Store>]
    private let state = Mutex(State())

    private struct State {
        var active = 0
        var isDraining = false
    }

    private static var lanesPerKind: Int { 2 }

    init(store: Store, definitions: [JobDefinition<Store>], settings: DispatcherSettings, logger: Logger) {
        lanes = definitions.filter(\.isIdempotent).flatMap { definition in
            (0..<Self.lanesPerKind).map { _ in
                BatchLane(store: store, definition: definition, settings: settings, logger: logger)
            }
        }
        state.withLock { $0.active = lanes.count }
    }

    /// Nothing is held any more: each lane was drained, and its last receipt taken.
    var isIdle: Bool { state.withLock { $0.active == 0 } }

    /// Something may be due.
    func poke() {
        for lane in lanes { lane.wake.raise() }
    }

    /// Takes no more; what is held is finished and acknowledged.
    func drain() {
        for lane in lanes { lane.drain() }
    }

    /// What is held is left as soon as its jobs heed it; what was done of it is acknowledged.
    func interrupt() {
        for lane in lanes { lane.interrupt() }
    }

    /// Has batches left at their hard deadlines. Gives how long nothing is due; nil: nothing is.
    func heedDeadlines(at now: ContinuousClock.Instant, patience: Duration) -> Duration? {
        lanes.compactMap { $0.heedDeadline(at: now, patience: patience) }.min()
    }

    /// Takes no more until `release`: nobody knows that this daemon lives.
    func hold() {
        for lane in lanes { lane.hold(true) }
    }

    /// Takes what is due again.
    func release() {
        for lane in lanes { lane.hold(false) }
    }

    /// Runs until drained.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            for lane in lanes {
                group.addTask {
                    await lane.run()
                    self.state.withLock { $0.active -= 1 }
                }
            }
        }
    }
}
