/// Decides when to claim and when to start: how many jobs may still run, and whether anything asks for a look.
///
/// Short jobs are claimed ahead of the slots that will run them: as many as ended while the last claim was under way.
/// So a slot need not wait for the database between two short jobs, and long ones are left to whoever is free.
/// All verbs are pure; `Dispatcher` performs what they return.
package struct DispatchPlan: Sendable {
    /// What the dispatcher must do now.
    package struct Action: Sendable, Hashable {
        /// Of the jobs that are claimed and wait, this many begin.
        package var start = 0
        /// The store is asked for up to so many jobs; nil: not now.
        package var claim: Int?
        /// Draining, and nothing runs or waits any more.
        package var isFinished = false

        package init(start: Int = 0, claim: Int? = nil, isFinished: Bool = false) {
            self.start = start
            self.claim = claim
            self.isFinished = isFinished
        }

        /// Nothing to do until the next event.
        package static let wait = Action()
    }

    private let slots: Int
    private var running = 0
    private var claimed = 0
    private var wanted = true
    private var isClaiming = false
    private var isDraining = false
    /// Attempts that ended since the claim under way began, and while the one before it was.
    private var endedMeanwhile = 0
    private var pace = 0

    package init(slots: Int) {
        precondition(slots > 0, "a daemon without a worker runs nothing")
        self.slots = slots
    }

    /// Attempts that run now.
    package var runningCount: Int { running }

    /// Jobs that are claimed and wait for a slot.
    package var claimedCount: Int { claimed }

    /// Something may be due: a notification, the safety poll, a due time.
    package mutating func poke() -> Action {
        wanted = true
        return next()
    }

    /// The store answered a claim with `count` jobs.
    ///
    /// - Parameter mayHaveMore: it did not look at all that may be due.
    package mutating func claimed(_ count: Int, mayHaveMore: Bool) -> Action {
        precondition(isClaiming && count >= 0, "an answer that nobody asked for")
        endClaim()
        claimed += count
        if mayHaveMore { wanted = true }
        return next()
    }

    /// The claim failed: the next poke tries again.
    package mutating func claimFailed() -> Action {
        precondition(isClaiming, "an answer that nobody asked for")
        endClaim()
        return next()
    }

    private mutating func endClaim() {
        isClaiming = false
        pace = min(endedMeanwhile, slots)
    }

    /// An attempt ended. A free slot is a reason to look, since jobs behind it may have become due.
    package mutating func ended() -> Action {
        precondition(running > 0, "an attempt ended that never began")
        running -= 1
        endedMeanwhile += 1
        wanted = true
        return next()
    }

    /// Some of the claimed that wait were given back.
    package mutating func gaveBack(_ count: Int) -> Action {
        precondition(count <= claimed, "more than there were")
        claimed -= count
        pace = 0
        return next()
    }

    /// Claims and starts no more; finished once nothing runs, and what was claimed is given back.
    package mutating func drain() -> Action {
        isDraining = true
        return next()
    }

    private mutating func next() -> Action {
        if isDraining { return Action(isFinished: running == 0 && claimed == 0 && !isClaiming) }
        var action = Action(start: min(claimed, slots - running))
        running += action.start
        claimed -= action.start
        let room = slots + pace - running - claimed
        if wanted, !isClaiming, room > 0 {
            wanted = false
            isClaiming = true
            endedMeanwhile = 0
            action.claim = room
        }
        return action
    }
}
