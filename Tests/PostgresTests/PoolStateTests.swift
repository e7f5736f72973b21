import Testing

@testable import Postgres

@Suite struct PoolStateTests {
    private static let begin = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant {
        Self.begin + .seconds(seconds)
    }

    private func makeState(size: Int = 2, waiters: Int = 3) -> PoolState {
        PoolState(
            limits: PoolLimits(
                size: size, waiters: waiters, leaseTimeout: .seconds(10), idleCheckInterval: .seconds(30),
                idleLifetime: .seconds(600), connectBackoff: Backoff(first: .seconds(1), longest: .seconds(4))))
    }

    /// With one idle connection, number 1.
    private func makeStarted(size: Int = 2, waiters: Int = 3) -> PoolState {
        var state = makeState(size: size, waiters: waiters)
        _ = state.start(now: at(0))
        _ = state.connected(1, now: at(0))
        return state
    }

    @Test func `starting opens one connection, unasked`() {
        var state = makeState()
        #expect(state.start(now: at(0)) == [.connect(1)])
        #expect(state.connected(1, now: at(0)) == [])
        #expect(state.lease(for: 1, now: at(0)) == .lent(1, needsLook: false))
    }

    @Test func `a connection is lent again at once, the one used last first`() {
        var state = makeStarted()
        #expect(state.lease(for: 1, now: at(0)) == .lent(1, needsLook: false))
        #expect(state.lease(for: 2, now: at(0)) == .wait([.connect(2)]))
        #expect(state.connected(2, now: at(0)) == [.lend(2, to: 2)])
        #expect(state.release(2, isClosed: false, now: at(0)) == [])
        #expect(state.release(1, isClosed: false, now: at(0)) == [])
        #expect(state.lease(for: 3, now: at(0.5)) == .lent(1, needsLook: false))
        #expect(state.lease(for: 4, now: at(1.5)) == .lent(2, needsLook: true))
    }

    @Test func `waiters are served in the order they came, within the size`() {
        var state = makeStarted(size: 1)
        #expect(state.lease(for: 1, now: at(0)) == .lent(1, needsLook: false))
        #expect(state.lease(for: 2, now: at(0)) == .wait([]))
        #expect(state.lease(for: 3, now: at(0)) == .wait([]))
        #expect(state.release(1, isClosed: false, now: at(1)) == [.lend(1, to: 2)])
        #expect(state.release(1, isClosed: false, now: at(1)) == [.lend(1, to: 3)])
        #expect(state.release(1, isClosed: false, now: at(1)) == [])
    }

    @Test func `nobody overtakes those who wait`() {
        var state = makeStarted(size: 2)
        _ = state.lease(for: 1, now: at(0))
        _ = state.lease(for: 2, now: at(0))
        #expect(state.lease(for: 3, now: at(0)) == .wait([]))
        #expect(state.connected(2, now: at(1)) == [.lend(2, to: 2)])
        #expect(state.lease(for: 4, now: at(1)) == .wait([]))
        #expect(state.release(1, isClosed: false, now: at(1)) == [.lend(1, to: 3)])
        #expect(state.release(2, isClosed: false, now: at(1)) == [.lend(2, to: 4)])
    }

    @Test func `one waiter more than the bound is refused`() {
        var state = makeStarted(size: 1, waiters: 2)
        for waiter in 1...3 as ClosedRange<UInt64> { _ = state.lease(for: waiter, now: at(0)) }
        #expect(state.waiterCount == 2)
        #expect(state.lease(for: 4, now: at(0)) == .refused(.tooManyWaiters))
        #expect(state.abandon(2) == true)
        #expect(state.abandon(2) == false)
        #expect(state.lease(for: 5, now: at(0)) == .wait([]))
    }

    @Test func `a waiter's time runs out`() {
        var state = makeStarted(size: 1)
        _ = state.lease(for: 1, now: at(0))
        _ = state.lease(for: 2, now: at(1))
        _ = state.lease(for: 3, now: at(2))
        #expect(state.nextWake == at(11))
        #expect(state.tick(now: at(10.9)) == [])
        #expect(state.tick(now: at(11)) == [.refuse(2, .timeout)])
        #expect(state.nextWake == at(12))
        #expect(state.release(1, isClosed: false, now: at(11.5)) == [.lend(1, to: 3)])
    }

    @Test func `a closed connection is replaced when somebody waits, and makes the idle ones suspect`() {
        var state = makeStarted(size: 2)
        _ = state.lease(for: 1, now: at(0))
        _ = state.lease(for: 2, now: at(0))
        _ = state.connected(2, now: at(0))
        #expect(state.release(2, isClosed: false, now: at(5)) == [])
        #expect(state.release(1, isClosed: true, now: at(5)) == [.close(1)])
        #expect(state.lease(for: 3, now: at(5)) == .lent(2, needsLook: true))
        #expect(state.lease(for: 4, now: at(5)) == .wait([.connect(3)]))
        #expect(state.lease(for: 5, now: at(5)) == .wait([]))
        #expect(state.release(2, isClosed: true, now: at(5)) == [.close(2), .connect(4)])
    }

    @Test func `a connection whose server fell silent takes the idle ones along`() {
        var state = makeStarted(size: 3)
        for waiter in 1...3 as ClosedRange<UInt64> { _ = state.lease(for: waiter, now: at(0)) }
        for id in 2...3 { _ = state.connected(id, now: at(0)) }
        #expect(state.release(3, isClosed: false, now: at(1)) == [])
        #expect(state.release(1, isClosed: true, fellSilent: true, now: at(1)) == [.close(3), .close(1)])
        // What is lent finds out by itself.
        #expect(state.slots == [2: .lent])
    }

    @Test func `after failures connecting pauses, longer each time, and goes on for those who wait`() {
        var state = makeState(size: 2)
        _ = state.start(now: at(0))
        #expect(state.connectFailed(1, isFinal: false, jitter: 1, now: at(0)) == [])
        #expect(state.nextWake == at(1))
        #expect(state.lease(for: 1, now: at(0.5)) == .wait([]))
        #expect(state.lease(for: 2, now: at(0.5)) == .wait([]))
        #expect(state.tick(now: at(1)) == [.connect(2), .connect(3)])
        #expect(state.connectFailed(2, isFinal: false, jitter: 1, now: at(1)) == [])
        #expect(state.connectFailed(3, isFinal: false, jitter: 1, now: at(1)) == [])
        #expect(state.nextWake == at(5))
        #expect(state.tick(now: at(5)) == [.connect(4), .connect(5)])
        #expect(state.connected(4, now: at(5)) == [.lend(4, to: 1)])
        #expect(state.connected(5, now: at(5)) == [.lend(5, to: 2)])
    }

    @Test func `connecting goes on while nobody waits, so that the pool is ready when somebody comes`() {
        var state = makeState()
        _ = state.start(now: at(0))
        _ = state.connectFailed(1, isFinal: false, jitter: 0, now: at(0))
        #expect(state.tick(now: at(0.5)) == [.connect(2)])
    }

    @Test func `a refusal by the server is told at once`() {
        var state = makeState(size: 1)
        _ = state.start(now: at(0))
        _ = state.lease(for: 1, now: at(0))
        _ = state.lease(for: 2, now: at(0))
        let actions = state.connectFailed(1, isFinal: true, jitter: 1, now: at(0))
        #expect(actions == [.refuse(1, .connectFailed), .refuse(2, .connectFailed)])
        #expect(state.waiterCount == 0)
    }

    @Test func `idle connections are checked, and replaced when they do not answer`() {
        var state = makeStarted(size: 1)
        #expect(state.nextWake == at(30))
        #expect(state.tick(now: at(30)) == [.check(1)])
        #expect(state.lease(for: 1, now: at(30)) == .wait([]))
        #expect(state.checked(1, isAlive: true, now: at(30.1)) == [.lend(1, to: 1)])
        #expect(state.release(1, isClosed: false, now: at(31)) == [])
        #expect(state.tick(now: at(61)) == [.check(1)])
        #expect(state.checked(1, isAlive: true, now: at(61)) == [])
        #expect(state.tick(now: at(91)) == [.check(1)])
        #expect(state.lease(for: 2, now: at(91)) == .wait([]))
        #expect(state.checked(1, isAlive: false, now: at(92)) == [.close(1), .connect(2)])
    }

    @Test func `surplus connections grow old and are closed, the last one stays`() {
        var state = makeStarted(size: 2)
        _ = state.lease(for: 1, now: at(0))
        _ = state.lease(for: 2, now: at(0))
        _ = state.connected(2, now: at(0))
        _ = state.release(1, isClosed: false, now: at(1))
        _ = state.release(2, isClosed: false, now: at(2))
        for second in stride(from: 31.0, to: 600, by: 30) {
            for case .check(let id) in state.tick(now: at(second + 1)) {
                #expect(state.checked(id, isAlive: true, now: at(second + 1)) == [])
            }
        }
        #expect(state.tick(now: at(601)).contains(.close(1)) == true)
        #expect(state.slots.count == 1)
        #expect(state.tick(now: at(5_000)).contains(.close(2)) == false)
    }

    @Test func `shutting down refuses those who wait and closes the rest as it comes back`() {
        var state = makeStarted(size: 2)
        _ = state.lease(for: 1, now: at(0))
        _ = state.lease(for: 2, now: at(0))
        #expect(state.shutDown() == [.refuse(2, .shutDown)])
        #expect(state.shutDown() == [])
        #expect(state.lease(for: 3, now: at(1)) == .refused(.shutDown))
        #expect(state.connected(2, now: at(1)) == [.close(2)])
        #expect(state.release(1, isClosed: false, now: at(1)) == [.close(1), .finish])
        #expect(state.phase == .finished)
    }

    @Test func `shutting down an idle pool ends it at once`() {
        var state = makeStarted()
        #expect(state.shutDown() == [.close(1), .finish])
        var fresh = makeState()
        #expect(fresh.shutDown() == [.finish])
        #expect(fresh.start(now: at(0)) == [])
    }

    @Test func `a connection attempt or a check that ends after shutdown ends the pool`() {
        var connecting = makeState()
        _ = connecting.start(now: at(0))
        #expect(connecting.shutDown() == [])
        #expect(connecting.connectFailed(1, isFinal: false, jitter: 0, now: at(0)) == [.finish])
        var checking = makeStarted()
        _ = checking.tick(now: at(30))
        #expect(checking.shutDown() == [])
        #expect(checking.checked(1, isAlive: true, now: at(31)) == [.close(1), .finish])
    }

    @Test(arguments: 0..<50) func `whatever happens, sizes and bounds hold and nobody is served twice`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var state = makeState(size: 3, waiters: 5)
        var model = PoolModel()
        model.take(state.start(now: at(0)))
        for step in 1...400 {
            let now = at(Double(step))
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: model.ask(&state, now)
            case 2:
                if let id = model.lent.keys.randomElement(using: &random) { model.giveBack(id, &state, now, &random) }
            case 3:
                if let id = model.connecting.randomElement(using: &random) {
                    model.finishConnecting(id, &state, now, &random)
                }
            case 4:
                if let id = model.checking.randomElement(using: &random) { model.finishCheck(id, &state, now, &random) }
            case 5: if let waiter = model.waiting.randomElement(using: &random) { model.giveUp(waiter, &state) }
            default: model.take(state.tick(now: now))
            }
            #expect(state.slots.count <= 3)
            #expect(state.waiterCount <= 5)
            #expect(Set(model.waiting).count == state.waiterCount)
        }
        model.take(state.shutDown())
        let end = at(1_000)
        while let id = model.connecting.first { model.finishConnecting(id, &state, end, &random) }
        while let id = model.checking.first { model.finishCheck(id, &state, end, &random) }
        while let id = model.lent.keys.first { model.giveBack(id, &state, end, &random) }
        #expect(state.phase == .finished)
        #expect(model.waiting.isEmpty)
        #expect(model.finishes == 1)
    }
}

/// What the performer of a pool's actions knows: checks that each action makes sense.
private struct PoolModel {
    private(set) var connecting: Set<PoolState.ConnectionID> = []
    private(set) var checking: Set<PoolState.ConnectionID> = []
    private(set) var lent: [PoolState.ConnectionID: PoolState.WaiterID] = [:]
    private(set) var waiting: [PoolState.WaiterID] = []
    private(set) var finishes = 0
    private var open: Set<PoolState.ConnectionID> = []
    private var lastWaiter: PoolState.WaiterID = 0

    mutating func take(_ actions: [PoolState.Action]) {
        for action in actions {
            switch action {
            case .connect(let id): #expect(connecting.insert(id).inserted)
            case .check(let id): #expect(open.contains(id) && lent[id] == nil && checking.insert(id).inserted)
            case .lend(let id, let waiter):
                #expect(lent[id] == nil)
                #expect(waiting.first == waiter)
                waiting.removeAll { $0 == waiter }
                lent[id] = waiter
            case .refuse(let waiter, _):
                #expect(waiting.contains(waiter))
                waiting.removeAll { $0 == waiter }
            case .close(let id):
                #expect(lent[id] == nil)
                #expect(open.remove(id) != nil)
            case .finish:
                finishes += 1
                #expect(open.isEmpty && connecting.isEmpty)
            }
        }
    }

    mutating func ask(_ state: inout PoolState, _ now: PoolState.Instant) {
        lastWaiter += 1
        switch state.lease(for: lastWaiter, now: now) {
        case .lent(let id, _):
            #expect(open.contains(id) && lent[id] == nil)
            lent[id] = lastWaiter
        case .wait(let actions):
            waiting.append(lastWaiter)
            take(actions)
        case .refused: break
        }
    }

    mutating func giveBack(
        _ id: PoolState.ConnectionID, _ state: inout PoolState, _ now: PoolState.Instant,
        _ random: inout SeededGenerator
    ) {
        lent[id] = nil
        take(state.release(id, isClosed: Bool.random(using: &random), now: now))
    }

    mutating func finishConnecting(
        _ id: PoolState.ConnectionID, _ state: inout PoolState, _ now: PoolState.Instant,
        _ random: inout SeededGenerator
    ) {
        connecting.remove(id)
        if Bool.random(using: &random) {
            open.insert(id)
            take(state.connected(id, now: now))
        } else {
            take(state.connectFailed(id, isFinal: Int.random(in: 0..<9, using: &random) == 0, jitter: 0.5, now: now))
        }
    }

    mutating func finishCheck(
        _ id: PoolState.ConnectionID, _ state: inout PoolState, _ now: PoolState.Instant,
        _ random: inout SeededGenerator
    ) {
        checking.remove(id)
        take(state.checked(id, isAlive: Bool.random(using: &random), now: now))
    }

    mutating func giveUp(_ waiter: PoolState.WaiterID, _ state: inout PoolState) {
        #expect(state.abandon(waiter) == true)
        waiting.removeAll { $0 == waiter }
    }
}

/// SplitMix64: the same sequence for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
