import Jobs
import Testing

@Suite struct DispatchPlanTests {
    @Test func `the first poke claims for every slot`() {
        var plan = DispatchPlan(slots: 4)
        #expect(plan.poke() == .claims(4))
    }

    @Test func `pokes during a claim wait for its answer and are not lost`() {
        var plan = DispatchPlan(slots: 4)
        #expect(plan.poke() == .claims(4))
        #expect(plan.poke() == .wait)
        #expect(plan.claimed(1, mayHaveMore: false) == .starts(1, claiming: 3))
        #expect(plan.claimed(0, mayHaveMore: false) == .wait)
    }

    @Test func `an answer that says there may be more asks again as soon as a slot is free`() {
        var plan = DispatchPlan(slots: 2)
        #expect(plan.poke() == .claims(2))
        #expect(plan.claimed(2, mayHaveMore: true) == .starts(2))
        #expect(plan.ended() == .claims(1))
    }

    @Test func `what ends while a claim is under way is claimed ahead by the next`() {
        var plan = DispatchPlan(slots: 2)
        #expect(plan.poke() == .claims(2))
        #expect(plan.claimed(2, mayHaveMore: true) == .starts(2))
        #expect(plan.ended() == .claims(1))
        #expect(plan.ended() == .wait)
        #expect(plan.claimed(1, mayHaveMore: true) == .starts(1, claiming: 2))
        #expect(plan.claimed(2, mayHaveMore: true) == .starts(1))
        #expect(plan.claimedCount == 1)
        // Nothing ended meanwhile: these are long, and what waits for a slot is as much as there will be.
        #expect(plan.gaveBack(1) == .wait)
        #expect(plan.ended() == .claims(1))
    }

    @Test func `a failed claim waits for the next poke instead of spinning`() {
        var plan = DispatchPlan(slots: 1)
        #expect(plan.poke() == .claims(1))
        #expect(plan.claimFailed() == .wait)
        #expect(plan.poke() == .claims(1))
    }

    @Test func `draining claims nothing and finishes with the last attempt`() {
        var plan = DispatchPlan(slots: 3)
        #expect(plan.poke() == .claims(3))
        #expect(plan.claimed(2, mayHaveMore: false) == .starts(2))
        #expect(plan.drain() == .wait)
        #expect(plan.poke() == .wait)
        #expect(plan.ended() == .wait)
        #expect(plan.ended() == .finished)
    }

    @Test func `a drain that finds nothing running is finished at once`() {
        var plan = DispatchPlan(slots: 3)
        #expect(plan.drain() == .finished)
    }

    @Test func `what a claim under way brings to a drain never begins, and is given back before it is finished`() {
        var plan = DispatchPlan(slots: 3)
        #expect(plan.poke() == .claims(3))
        #expect(plan.drain() == .wait)
        #expect(plan.claimed(1, mayHaveMore: false) == .wait)
        #expect(plan.gaveBack(1) == .finished)
    }

    @Test(arguments: 0..<200)
    func `whatever happens in whatever order, no more run than there are slots, and none is forgotten`(_ seed: UInt64) {
        var random = Seeded(seed)
        let slots = Int.random(in: 1...5, using: &random)
        var plan = DispatchPlan(slots: slots)
        var asked: Int?
        var running = 0
        var waiting = 0
        for _ in 0..<300 {
            let action: DispatchPlan.Action
            switch Int.random(in: 0..<5, using: &random) {
            case 0 where asked != nil:
                let count = Int.random(in: 0...(asked ?? 0), using: &random)
                asked = nil
                waiting += count
                action = plan.claimed(count, mayHaveMore: .random(using: &random))
            case 1 where asked != nil:
                asked = nil
                action = plan.claimFailed()
            case 2 where running > 0, 3 where running > 0:
                running -= 1
                action = plan.ended()
            case 4 where waiting > 0:
                waiting -= 1
                action = plan.gaveBack(1)
            default: action = plan.poke()
            }
            running += action.start
            waiting -= action.start
            if let limit = action.claim {
                #expect(asked == nil && limit > 0 && limit <= slots * 2)
                asked = limit
            }
            #expect(running == plan.runningCount && waiting == plan.claimedCount)
            #expect(running <= slots && waiting >= 0 && (waiting == 0 || running == slots))
        }
    }
}

extension DispatchPlan.Action {
    fileprivate static let finished = DispatchPlan.Action(isFinished: true)

    fileprivate static func claims(_ limit: Int) -> Self { Self(claim: limit) }

    fileprivate static func starts(_ count: Int, claiming limit: Int? = nil) -> Self {
        Self(start: count, claim: limit)
    }
}

/// A short generator of the same numbers for the same seed.
private struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
