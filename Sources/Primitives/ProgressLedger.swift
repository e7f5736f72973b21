import Synchronization

/// Which loops of a process still move: each writes down its every turn, and whoever watches asks who fell behind.
///
/// Time is elapsed time of a clock that stands still while the machine sleeps: a suspended machine stalls nobody.
package final class ProgressLedger: Sendable {
    package typealias Clock = SuspendingClock

    private struct Entry {
        let name: String
        let limit: Duration
        var turn: Clock.Instant
        /// What the loop waits for, when it waits for something that is not its own to hurry.
        var waitsFor: String?
        var isWatched = true
    }

    private struct State {
        var entries: [Entry] = []
        /// Called in the loop of that name at its next turn.
        var drills: [String: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())
    private let clock = Clock()

    package init() {}

    /// Enters a loop, which begins to be watched now.
    ///
    /// - Parameter limit: how long the loop may take from one turn to the next.
    package func enter(_ name: String, limit: Duration) -> LoopProgress {
        let place = state.withLock { state in
            state.entries.append(Entry(name: name, limit: limit, turn: clock.now))
            return state.entries.count - 1
        }
        return LoopProgress(ledger: self, place: place)
    }

    /// Every loop, in the order in which they entered.
    package var loops: [LoopState] {
        let now = clock.now
        return state.withLock { state in
            state.entries.filter(\.isWatched).map { entry in
                LoopState(
                    name: entry.name, sinceTurn: now - entry.turn, limit: entry.limit, waitsFor: entry.waitsFor)
            }
        }
    }

    /// Has `body` called inside the loop of that name at its next turn: a rehearsal of a loop that hangs.
    package func drill(_ name: String, _ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.drills[name] = body }
    }

    fileprivate func advance(_ place: Int) {
        let drill = state.withLock { state -> (@Sendable () -> Void)? in
            state.entries[place].turn = clock.now
            state.entries[place].waitsFor = nil
            guard !state.drills.isEmpty else { return nil }
            return state.drills.removeValue(forKey: state.entries[place].name)
        }
        drill?()
    }

    fileprivate func wait(_ place: Int, for what: String) {
        state.withLock { state in
            state.entries[place].turn = clock.now
            state.entries[place].waitsFor = what
        }
    }

    fileprivate func leave(_ place: Int) {
        state.withLock { $0.entries[place].isWatched = false }
    }
}

/// One loop's place in the ledger. Cheap to call from any thread.
package struct LoopProgress: Sendable {
    private let ledger: ProgressLedger?
    private let place: Int

    /// Of a loop that nobody watches.
    package static let unwatched = LoopProgress(ledger: nil, place: 0)

    fileprivate init(ledger: ProgressLedger?, place: Int) {
        self.ledger = ledger
        self.place = place
    }

    /// The loop made a turn.
    package func advance() {
        ledger?.advance(place)
    }

    /// The loop waits for something that may be down for as long as it likes: until the next turn it is not late.
    package func wait(for what: String) {
        ledger?.wait(place, for: what)
    }

    /// The loop ended in order.
    package func leave() {
        ledger?.leave(place)
    }
}

/// How one loop is.
package struct LoopState: Sendable, Hashable {
    package let name: String
    package let sinceTurn: Duration
    /// The longest time from one turn to the next.
    package let limit: Duration
    package let waitsFor: String?

    package init(name: String, sinceTurn: Duration, limit: Duration, waitsFor: String?) {
        self.name = name
        self.sinceTurn = sinceTurn
        self.limit = limit
        self.waitsFor = waitsFor
    }

    /// Overdue, and not for want of something outside.
    package var isStalled: Bool { waitsFor == nil && sinceTurn > limit }
}
