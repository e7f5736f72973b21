import Jobs
import Testing

@Suite struct DispatchPlanTests {
    @Test func `the first poke claims for every slot`() {
        var plan = DispatchPlan(slots: 4)
        #expect(plan.poke() == .claim(limit: 4))
    }

    @Test func `pokes during a claim wait for its answer and are not lost`() {
        var plan = DispatchPlan(slots: 4)
        #expect(plan.poke() == .claim(limit: 4))
        #expect(plan.poke() == .wait)
        #expect(plan.claimed(1, mayHaveMore: false) == .claim(limit: 3))
        #expect(plan.claimed(0, mayHaveMore: false) == .wait)
    }

    @Test func `a full answer asks again as soon as a slot is free`() {
        var plan = DispatchPlan(slots: 2)
        #expect(plan.poke() == .claim(limit: 2))
        #expect(plan.claimed(2, mayHaveMore: true) == .wait)
        #expect(plan.ended() == .claim(limit: 1))
    }

    @Test func `a failed claim waits for the next poke instead of spinning`() {
        var plan = DispatchPlan(slots: 1)
        #expect(plan.poke() == .claim(limit: 1))
        #expect(plan.claimFailed() == .wait)
        #expect(plan.poke() == .claim(limit: 1))
    }

    @Test func `draining claims nothing and finishes with the last attempt`() {
        var plan = DispatchPlan(slots: 3)
        #expect(plan.poke() == .claim(limit: 3))
        #expect(plan.claimed(2, mayHaveMore: false) == .wait)
        #expect(plan.drain() == .wait)
        #expect(plan.poke() == .wait)
        #expect(plan.ended() == .wait)
        #expect(plan.ended() == .finished)
    }

    @Test func `a drain that finds nothing running is finished at once`() {
        var plan = DispatchPlan(slots: 3)
        #expect(plan.drain() == .finished)
    }

    @Test func `jobs that a claim under way brings are run to their end before a drain is finished`() {
        var plan = DispatchPlan(slots: 3)
        #expect(plan.poke() == .claim(limit: 3))
        #expect(plan.drain() == .wait)
        #expect(plan.claimed(1, mayHaveMore: false) == .wait)
        #expect(plan.ended() == .finished)
    }

    @Test func `whatever happens in whatever order, no more run than there are slots`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let slots = Int.random(in: 1...5, using: &random)
            var plan = DispatchPlan(slots: slots)
            var asked: Int?
            for _ in 0..<200 {
                let action: DispatchPlan.Action
                if let limit = asked, Bool.random(using: &random) {
                    asked = nil
                    action = Bool.random(using: &random)
                        ? plan.claimed(Int.random(in: 0...limit, using: &random), mayHaveMore: .random(using: &random)) : plan.claimFailed()
                } else if plan.runningCount > 0, Bool.random(using: &random) {
                    action = plan.ended()
                } else {
                    action = plan.poke()
                }
                if case .claim(let limit) = action {
                    #expect(asked == nil, "two claims at once")
                    asked = limit
                }
                #expect(plan.runningCount + (asked ?? 0) <= slots)
            }
        }
    }
}
