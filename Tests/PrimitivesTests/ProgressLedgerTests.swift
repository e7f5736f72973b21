import Primitives
import Synchronization
import Testing

@Suite struct ProgressLedgerTests {
    /// Any time that passes at all is too long, and no time that a test takes is.
    private let noTime = Duration.zero
    private let ages = Duration.seconds(86_400)

    @Test func `a loop that moves within its limit is not stalled, and one that does not is`() throws {
        let ledger = ProgressLedger()
        ledger.enter("quick", limit: ages).advance()
        ledger.enter("late", limit: noTime).advance()
        let stalled = try untilStalled("late", in: ledger)
        #expect(stalled.filter(\.isStalled).map(\.name) == ["late"])
        #expect(stalled.map(\.limit) == [ages, noTime])
    }

    @Test func `a loop that entered and never moved is watched from its entry on`() throws {
        let ledger = ProgressLedger()
        let progress = ledger.enter("late", limit: noTime)
        _ = try untilStalled("late", in: ledger)
        progress.leave()
    }

    @Test func `who waits for something is not late, until the next turn`() throws {
        let ledger = ProgressLedger()
        let progress = ledger.enter("beat", limit: noTime)
        progress.wait(for: "the database")
        let waiting = try #require(ledger.loops.first)
        #expect(waiting.waitsFor == "the database" && !waiting.isStalled)
        progress.advance()
        #expect(try untilStalled("beat", in: ledger).first?.waitsFor == nil)
    }

    @Test func `each turn begins the time anew`() throws {
        let ledger = ProgressLedger()
        let progress = ledger.enter("loop", limit: ages)
        while try #require(ledger.loops.first).sinceTurn == .zero {}
        let turned = SuspendingClock.now
        progress.advance()
        let since = try #require(ledger.loops.first).sinceTurn
        #expect(since <= SuspendingClock.now - turned, "it counts from before the turn")
    }

    @Test func `a loop that ended in order is watched no more, and the others keep their places`() {
        let ledger = ProgressLedger()
        let one = ledger.enter("one", limit: ages)
        let two = ledger.enter("two", limit: ages)
        one.leave()
        #expect(ledger.loops.map(\.name) == ["two"])
        one.advance()
        one.wait(for: "nothing")
        #expect(ledger.loops.map(\.name) == ["two"])
        two.wait(for: "rain")
        #expect(ledger.loops.map(\.waitsFor) == ["rain"])
        _ = ledger.enter("three", limit: ages)
        #expect(ledger.loops.map(\.name) == ["two", "three"])
    }

    @Test func `a drill is called once, in the loop that it names, at its next turn`() {
        let ledger = ProgressLedger()
        let one = ledger.enter("one", limit: ages)
        let two = ledger.enter("two", limit: ages)
        let calls = Counter()
        ledger.drill("two") { calls.increment() }
        one.advance()
        two.wait(for: "its turn")
        #expect(calls.value == 0)
        two.advance()
        two.advance()
        #expect(calls.value == 1)
    }

    @Test func `inside a drill the ledger can still be asked`() {
        let ledger = ProgressLedger()
        let loop = ledger.enter("loop", limit: ages)
        let calls = Counter()
        ledger.drill("loop") { if ledger.loops.map(\.name) == ["loop"] { calls.increment() } }
        loop.advance()
        #expect(calls.value == 1)
    }

    @Test func `a loop that nobody watches may say what it likes`() {
        LoopProgress.unwatched.advance()
        LoopProgress.unwatched.wait(for: "anything")
        LoopProgress.unwatched.leave()
    }

    @Test func `loops write from many tasks at once, and each keeps its own place`() async {
        let ledger = ProgressLedger()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let progress = ledger.enter("loop \(number)", limit: .seconds(86_400))
                    for turn in 0..<500 {
                        if turn % 3 == 0 { progress.wait(for: "\(number)") } else { progress.advance() }
                        _ = ledger.loops.count
                    }
                    if number % 2 == 0 { progress.leave() } else { progress.wait(for: "\(number)") }
                }
            }
        }
        let loops = ledger.loops
        #expect(Set(loops.map(\.name)) == Set((0..<16).filter { $0 % 2 == 1 }.map { "loop \($0)" }))
        for loop in loops { #expect(loop.name == "loop \(loop.waitsFor ?? "?")") }
    }

    /// The loops as they were when the one of that name had become stalled: any nanosecond will do.
    private func untilStalled(_ name: String, in ledger: ProgressLedger) throws -> [LoopState] {
        for _ in 0..<1_000_000 {
            let loops = ledger.loops
            if loops.contains(where: { $0.name == name && $0.isStalled }) { return loops }
        }
        throw NeverStalled()
    }

    private struct NeverStalled: Error {}
}

/// Counts from any thread.
private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func increment() {
        count.withLock { $0 += 1 }
    }
}
