import Jobs
import Primitives
import Testing

/// Looks, jobs that become ready, and what is said of them, in every order that chance finds, against a queue that is
/// nothing but a list.
@Suite struct LowWaterMarksTests {
    private typealias Marks = LowWaterMarks

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `what was announced is found by the next looks, and what was not by the next full one`(seed: UInt64) {
        var queue = ModelQueue(seed: seed)
        for _ in 0..<400 { queue.step() }
        queue.settle()
        #expect(queue.overlooked == [], "seed \(seed)")
        #expect(queue.takenTwice == 0, "seed \(seed)")
    }

    @Test func `a mark moves to the last that was taken, and a look begins behind it`() {
        var marks = Marks()
        let line = Marks.Line(kind: "a", priority: 0)
        let now = ContinuousClock().now
        let full = marks.look(at: [line], now: now)
        #expect(full.isFull && full.from[line] == .beginning)
        let reached = Marks.Position(runAt: Instant(seconds: 5), job: 7)
        marks.found([line: reached], by: full, cost: .zero, now: now)
        let next = marks.look(at: [line], now: now)
        #expect(!next.isFull && next.from[line] == reached)
    }

    @Test func `a look that began before a line was lowered does not raise it again`() {
        var marks = Marks()
        let line = Marks.Line(kind: "a", priority: 0)
        let now = ContinuousClock().now
        let look = marks.look(at: [line], now: now)
        marks.lower(line, to: Instant(seconds: 3))
        marks.found([line: .init(runAt: Instant(seconds: 5), job: 7)], by: look, cost: .zero, now: now)
        #expect(marks.positions(of: [line], now: now)[line] == .init(runAt: Instant(seconds: 3), job: 0))
    }

    @Test func `a look that began before everything was forgotten proves nothing`() {
        var marks = Marks()
        let line = Marks.Line(kind: "a", priority: 0)
        let now = ContinuousClock().now
        let look = marks.look(at: [line], now: now)
        marks.reset()
        marks.found([line: .init(runAt: Instant(seconds: 5), job: 7)], by: look, cost: .zero, now: now)
        #expect(marks.positions(of: [line], now: now)[line] == .beginning)
        #expect(marks.look(at: [line], now: now).isFull)
    }

    @Test func `what a failed look may have taken is looked for again`() {
        var marks = Marks()
        let line = Marks.Line(kind: "a", priority: 0)
        let now = ContinuousClock().now
        let first = Marks.Position(runAt: Instant(seconds: 1), job: 1)
        let second = Marks.Position(runAt: Instant(seconds: 9), job: 9)
        marks.found([line: first], by: marks.look(at: [line], now: now), cost: .zero, now: now)
        let failing = marks.look(at: [line], now: now)
        marks.found([line: second], by: marks.look(at: [line], now: now), cost: .zero, now: now)
        marks.failed(failing)
        #expect(marks.positions(of: [line], now: now)[line] == .init(runAt: Instant(seconds: 1), job: 1))
    }

    @Test func `full looks take a small share of the time, however long they are`() {
        var marks = Marks()
        let line = Marks.Line(kind: "a", priority: 0)
        var now = ContinuousClock().now
        for cost in [Duration.zero, .milliseconds(100), .seconds(10)] {
            marks.reset()
            let full = marks.look(at: [line], now: now)
            marks.found([:], by: full, cost: cost, now: now)
            let pause = max(.milliseconds(250), cost * 20)
            #expect(!marks.look(at: [line], now: now + pause - .milliseconds(1)).isFull)
            #expect(marks.look(at: [line], now: now + pause).isFull)
            now += pause
        }
    }

    @Test func `who asks what is due is answered as a look would be, from the beginning when a full one is due`() {
        var marks = Marks()
        let line = Marks.Line(kind: "a", priority: 0)
        let now = ContinuousClock().now
        let reached = Marks.Position(runAt: Instant(seconds: 5), job: 7)
        marks.found([line: reached], by: marks.look(at: [line], now: now), cost: .zero, now: now)
        #expect(marks.positions(of: [line], now: now)[line] == reached)
        #expect(marks.positions(of: [line], now: now + .milliseconds(250))[line] == .beginning)
    }

    @Test func `priorities of a kind are lines of their own`() {
        var marks = Marks()
        let lines = Marks.Line.all(of: "a")
        #expect(lines.map(\.priority) == [-1, 0, 1])
        let now = ContinuousClock().now
        let reached = Marks.Position(runAt: Instant(seconds: 5), job: 7)
        marks.found([lines[1]: reached], by: marks.look(at: lines, now: now), cost: .zero, now: now)
        #expect(marks.positions(of: lines, now: now) == [lines[0]: .beginning, lines[1]: reached, lines[2]: .beginning])
    }
}

/// A list of ready jobs, a few looks under way at any time, and commits that are announced late or never.
private struct ModelQueue {
    private typealias Line = LowWaterMarks.Line
    private typealias Position = LowWaterMarks.Position

    private struct Pending {
        let look: LowWaterMarks.Look
        let last: [Line: Position]
        let taken: [(Line, Position)]
    }

    private var random: Seeded
    private var marks = LowWaterMarks()
    private var now = ContinuousClock().now
    private var ready: [Line: Set<Position>] = [:]
    /// Committed, and to be announced.
    private var unannounced: [(Line, Position)] = []
    private var pending: [Pending] = []
    private var lastJob: Int64 = 0
    private var taken: Set<Int64> = []
    private let lines = [Line(kind: "a", priority: 0), Line(kind: "a", priority: 1), Line(kind: "b", priority: 0)]

    /// What no look found after it had been announced, or after a full look.
    private(set) var overlooked: Set<Int64> = []
    private(set) var takenTwice = 0

    init(seed: UInt64) {
        random = Seeded(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    }

    mutating func step() {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: add(announced: true)
        case 3: add(announced: Bool.random(using: &random))
        case 4: announce()
        case 5, 6: if pending.count < 3 { begin(limit: Int.random(in: 1...4, using: &random)) }
        case 7, 8: end(fails: false)
        default: Int.random(in: 0..<4, using: &random) == 0 ? end(fails: true) : pass()
        }
    }

    private mutating func pass() {
        now += .milliseconds(Int.random(in: 0...40, using: &random))
    }

    private mutating func add(announced: Bool) {
        let line = lines.randomElement(using: &random) ?? lines[0]
        lastJob += 1
        // Late commits and jobs due in the past lie below what was taken already.
        let position = Position(runAt: Instant(seconds: Int64.random(in: 0...50, using: &random)), job: lastJob)
        ready[line, default: []].insert(position)
        if announced { unannounced.append((line, position)) }
    }

    private mutating func announce() {
        for (line, position) in unannounced { marks.lower(line, to: position.runAt) }
        unannounced = []
    }

    private mutating func begin(limit: Int) {
        let look = marks.look(at: lines, now: now)
        var last: [Line: Position] = [:]
        var gone: [(Line, Position)] = []
        for line in lines {
            let from = look.from[line] ?? .beginning
            for position in (ready[line] ?? []).sorted().filter({ $0 > from }).prefix(limit) {
                ready[line]?.remove(position)
                last[line] = position
                gone.append((line, position))
            }
        }
        pending.append(Pending(look: look, last: last, taken: gone))
    }

    private mutating func end(fails: Bool) {
        guard let index = pending.indices.randomElement(using: &random) else { return }
        let look = pending.remove(at: index)
        if fails {
            for (line, position) in look.taken { ready[line, default: []].insert(position) }
            marks.failed(look.look)
        } else {
            for (_, position) in look.taken where !taken.insert(position.job).inserted { takenTwice += 1 }
            marks.found(look.last, by: look.look, cost: .zero, now: now)
        }
    }

    /// Everything is announced and every look ends: what is ready then must be found without a full look, but for
    /// what was never announced; that one full look and those after it find.
    mutating func settle() {
        while !pending.isEmpty { end(fails: false) }
        announce()
        now += .seconds(1)
        // Each takes something, until nothing is left.
        for _ in 0...lastJob {
            begin(limit: 3)
            guard pending.last?.taken.isEmpty == false else { break }
            end(fails: false)
        }
        while !pending.isEmpty { end(fails: false) }
        overlooked = Set(ready.values.joined().map(\.job))
    }
}

private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let mixed = (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return mixed ^ (mixed >> 33)
    }
}
