import Testing

@testable import Jobs

@Suite struct DeadlineWatchTests {
    @Test func `first comes the order to stop, then word of one who does not heed it, each once`() {
        let begin = ContinuousClock.now
        var watch = DeadlineWatch(begin + .seconds(10))
        let actions = (0..<20).map { watch.action(at: begin + .seconds($0), patience: .seconds(3)) }
        #expect(actions[10] == .stop && actions[13] == .report)
        #expect(actions.compactMap(\.self).count == 2)
    }

    @Test func `who is looked at late is told before he is reported`() {
        let begin = ContinuousClock.now
        var watch = DeadlineWatch(begin)
        #expect(watch.action(at: begin + .seconds(60), patience: .seconds(3)) == .stop)
        #expect(watch.action(at: begin + .seconds(60), patience: .seconds(3)) == .report)
        #expect(watch.action(at: begin + .seconds(60), patience: .seconds(3)) == nil)
    }
}
