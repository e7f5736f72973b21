/// Decides when to claim: how many jobs may still start, and whether anything asks for a look.
///
/// Can be: idle, claiming, or draining. All verbs are pure; `Dispatcher` performs what they return.
package struct DispatchPlan: Sendable {
    /// What the dispatcher must do now.
    package enum Action: Sendable, Hashable {
        /// Ask the store for up to that many jobs.
        case claim(limit: Int)
        /// Nothing to do until the next event.
        case wait
        /// Draining, and the last attempt has ended.
        case finished
    }

    private let slots: Int
    private var running = 0
    private var wanted = true
    private var claiming = false
    private var draining = false

    package init(slots: Int) {
        precondition(slots > 0, "a daemon without a worker runs nothing")
        self.slots = slots
    }

    package var isDraining: Bool { draining }
    package var runningCount: Int { running }

    /// Something may be due: a notification, the safety poll, a due time.
    package mutating func poke() -> Action {
        wanted = true
        return next()
    }

    /// The store answered a claim with `count` jobs, which now run.
    ///
    /// - Parameter mayHaveMore: it did not look at all that may be due.
    package mutating func claimed(_ count: Int, mayHaveMore: Bool) -> Action {
        precondition(claiming && running + count <= slots, "the store gave more than was asked for")
        claiming = false
        running += count
        if mayHaveMore { wanted = true }
        return next()
    }

    /// The claim failed: the next poke tries again.
    package mutating func claimFailed() -> Action {
        claiming = false
        return next()
    }

    /// An attempt ended. A free slot is a reason to look, since jobs of its order key may have become due.
    package mutating func ended() -> Action {
        precondition(running > 0, "an attempt ended that never began")
        running -= 1
        wanted = true
        return next()
    }

    /// Claims no more; finished once nothing runs.
    package mutating func drain() -> Action {
        draining = true
        return next()
    }

    private mutating func next() -> Action {
        if draining { return running == 0 && !claiming ? .finished : .wait }
        guard wanted, !claiming, running < slots else { return .wait }
        wanted = false
        claiming = true
        return .claim(limit: slots - running)
    }
}
