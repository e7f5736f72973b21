@testable import BursarDaemon
import Primitives
import Testing

@Suite struct WatchdogPlanTests {
    private static let limit = Duration.seconds(10)

    @Test(arguments: [Duration.seconds(2), .seconds(6), .seconds(30), .seconds(120)])
    func `it pets at half the interval or a little before, and never later`(interval: Duration) {
        var plan = WatchdogPlan(interval: interval)
        var now = Duration.zero
        var pets: [Duration] = []
        while pets.count < 20 {
            now += plan.pause
            if plan.look(at: [moving], elapsed: plan.pause) == .pet { pets.append(now) }
        }
        for (before, after) in zip([.zero] + pets, pets) {
            #expect(after - before <= interval / 2)
            #expect(after - before >= interval / 2 - plan.pause * 2, "more often than anybody asked for")
        }
    }

    @Test func `without a watchdog it only tells`() {
        var plan = WatchdogPlan(interval: nil)
        #expect(plan.look(at: [moving], elapsed: .seconds(1)) == .wait)
        #expect(plan.look(at: [moving, stalled], elapsed: .seconds(1)) == .report([stalled]))
        #expect(plan.look(at: [stalled], elapsed: .seconds(1)) == .wait)
    }

    @Test func `it triggers once a stall, and then tells each half minute`() {
        var plan = WatchdogPlan(interval: .seconds(30))
        #expect(plan.look(at: [stalled, moving], elapsed: .seconds(1)) == .trigger([stalled]))
        var said: [Int] = []
        for second in 1...95 {
            switch plan.look(at: [stalled, moving], elapsed: .seconds(1)) {
            case .report(let loops):
                #expect(loops == [stalled])
                said.append(second)
            case .wait: break
            case let other: Issue.record("\(other) at \(second)")
            }
        }
        #expect(said == [30, 60, 90])
    }

    @Test func `after a stall it pets again at once, and the next stall is news`() {
        var plan = WatchdogPlan(interval: .seconds(30))
        #expect(plan.look(at: [stalled], elapsed: .seconds(1)) == .trigger([stalled]))
        for _ in 1...19 { #expect(plan.look(at: [stalled], elapsed: .seconds(1)) == .wait) }
        #expect(plan.look(at: [moving], elapsed: .seconds(1)) == .pet)
        #expect(plan.look(at: [stalled], elapsed: .seconds(1)) == .trigger([stalled]))
    }

    @Test func `a process that was frozen as a whole is given a moment to turn its loops`() {
        var plan = WatchdogPlan(interval: .seconds(30))
        #expect(plan.look(at: [stalled], elapsed: .seconds(16)) == .pet)
        for _ in 1...4 { #expect(plan.look(at: [stalled], elapsed: .seconds(1)) == .wait) }
        #expect(plan.look(at: [stalled], elapsed: .seconds(1)) == .trigger([stalled]))
    }

    @Test func `a pet that was not heard is tried again at the next look`() {
        var plan = WatchdogPlan(interval: .seconds(30))
        for _ in 1...13 { #expect(plan.look(at: [moving], elapsed: .seconds(1)) == .wait) }
        #expect(plan.look(at: [moving], elapsed: .seconds(1)) == .pet)
        plan.wasNotHeard()
        #expect(plan.look(at: [moving], elapsed: .seconds(1)) == .pet)
    }

    @Test func `a loop that waits for something outside is no stall, however long`() {
        let waiting = LoopState(name: "beat", sinceTurn: .seconds(86_400), limit: Self.limit, waitsFor: "the database")
        var plan = WatchdogPlan(interval: .seconds(2))
        #expect(plan.look(at: [waiting], elapsed: .seconds(1)) == .pet)
        #expect(plan.look(at: [waiting, stalled], elapsed: .seconds(1)) == .trigger([stalled]))
    }

    @Test func `no loop at all is no stall`() {
        var plan = WatchdogPlan(interval: .seconds(2))
        #expect(plan.look(at: [], elapsed: .seconds(1)) == .pet)
    }

    @Test func `exactly at its limit a loop still moves`() {
        let late = LoopState(name: "loop", sinceTurn: Self.limit, limit: Self.limit, waitsFor: nil)
        var plan = WatchdogPlan(interval: .seconds(2))
        #expect(plan.look(at: [late], elapsed: .seconds(1)) == .pet)
    }

    @Test func `it looks often enough for short intervals and not too often for long ones`() {
        #expect(WatchdogPlan(interval: nil).pause == .seconds(1))
        #expect(WatchdogPlan(interval: .seconds(600)).pause == .seconds(1))
        #expect(WatchdogPlan(interval: .milliseconds(600)).pause == .milliseconds(100))
        #expect(WatchdogPlan(interval: .milliseconds(1)).pause == .milliseconds(50))
    }

    @Test(arguments: 0..<200)
    func `whatever the loops do, it triggers for a stall in time and for nothing else`(seed: UInt64) {
        var history = LoopHistory(seed: seed)
        let interval = Duration.seconds(history.random(in: 2...60))
        var plan = WatchdogPlan(interval: interval)
        var sincePet = Duration.zero
        for _ in 0..<300 {
            // A thread that sleeps may be late, by as much as it slept.
            let elapsed = plan.pause + .milliseconds(history.random(in: 0...100))
            history.advance(by: elapsed)
            sincePet += elapsed
            let late = history.states.filter { $0.waitsFor == nil && $0.sinceTurn > $0.limit }
            switch plan.look(at: history.states, elapsed: elapsed) {
            case .trigger(let loops):
                #expect(loops == late && !late.isEmpty)
                #expect(!history.isToldOf, "the same stall again")
                history.isToldOf = true
            case .report(let loops):
                #expect(loops == late && history.isToldOf)
            case .pet:
                #expect(late.isEmpty)
                sincePet = .zero
                history.isToldOf = false
            case .wait:
                #expect(late.isEmpty || history.isToldOf, "a stall was passed over in silence")
                if late.isEmpty { history.isToldOf = false }
            }
            if late.isEmpty { #expect(sincePet < interval, "the manager would have killed it") }
            // Told before anything that has stalled is later than half an interval beyond its limit.
            for loop in late where loop.sinceTurn > loop.limit + interval / 2 { #expect(history.isToldOf) }
        }
    }

    private var moving: LoopState {
        LoopState(name: "moving", sinceTurn: .seconds(1), limit: Self.limit, waitsFor: nil)
    }

    private var stalled: LoopState {
        LoopState(name: "stalled", sinceTurn: .seconds(11), limit: Self.limit, waitsFor: nil)
    }
}

/// Loops that move, wait, hang for a while and come back, the same for the same seed.
private struct LoopHistory {
    private struct Loop {
        let name: String
        let limit: Duration
        var sinceTurn = Duration.zero
        var waitsFor: String?
        /// Until it moves again.
        var hangs = Duration.zero
    }

    private var loops: [Loop] = []
    private var state: UInt64
    /// The stall that goes on was told of.
    var isToldOf = false

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        for number in 0..<random(in: 1...5) {
            loops.append(Loop(name: "loop \(number)", limit: .seconds(random(in: 1...30))))
        }
    }

    var states: [LoopState] {
        loops.map { LoopState(name: $0.name, sinceTurn: $0.sinceTurn, limit: $0.limit, waitsFor: $0.waitsFor) }
    }

    mutating func advance(by elapsed: Duration) {
        for place in loops.indices {
            loops[place].sinceTurn += elapsed
            if loops[place].hangs > .zero {
                loops[place].hangs -= elapsed
                continue
            }
            loops[place].waitsFor = nil
            loops[place].sinceTurn = .zero
            switch random(in: 0...99) {
            case 0: loops[place].hangs = .seconds(random(in: 1...90))
            case 1...3:
                loops[place].hangs = .seconds(random(in: 1...90))
                loops[place].waitsFor = "the database"
            default: break
            }
        }
    }

    mutating func random(in range: ClosedRange<Int>) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return range.lowerBound + Int(state % UInt64(range.count))
    }
}
