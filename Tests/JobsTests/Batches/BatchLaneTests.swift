import Logging
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import Jobs

@Suite struct BatchLaneTests {
    @Test func `a drained lane hands in its last receipt and takes no more`() async throws {
        let store = ScriptedBatches(jobs: 2_500)
        let lane = lane(store) { _ in .done }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await lane.run() }
            _ = try? await store.turns.next()
            lane.drain()
            await group.waitForAll()
        }
        #expect(store.held == [])
        #expect(store.done.count % 1_000 == 0 && store.done.count >= 1_000)
    }

    @Test func `an interrupted batch hands in what was done, and the rest waits again`() async throws {
        let store = ScriptedBatches(jobs: 100)
        let begun = EventProbe<Int64>()
        let lane = lane(store) { job in
            begun.record(job.id)
            if job.id > 10 { try await ContinuousClock().sleep(for: .seconds(3_600)) }
            return .done
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await lane.run() }
            _ = try await begun.first { $0 > 10 }
            lane.drain()
            lane.interrupt()
            try await group.waitForAll()
        }
        #expect(Set(store.done).isSubset(of: Set(1...10)) && !store.done.isEmpty)
        #expect(store.done.count + store.waiting.count == 100 && store.held == [])
    }

    @Test func `a held lane takes nothing until it is released`() async throws {
        let store = ScriptedBatches(jobs: 0)
        let lane = lane(store) { _ in .done }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await lane.run() }
            _ = try await store.turns.next()
            lane.hold(true)
            store.add(5)
            lane.wake.raise()
            lane.hold(false)
            // Ends: a turn acknowledges what a released lane took.
            while try await store.turns.next().acknowledged == nil {}
            lane.drain()
            try await group.waitForAll()
        }
        #expect(store.done.count == 5)
        #expect(store.asked.allSatisfy { $0 == 1_000 || $0 == 0 })
    }

    @Test func `a turn that fails is taken again with the same receipt`() async throws {
        let store = ScriptedBatches(jobs: 10, failures: [1, 2])
        let lane = lane(store) { _ in .done }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await lane.run() }
            while try await store.turns.next().acknowledged == nil {}
            lane.drain()
            try await group.waitForAll()
        }
        #expect(store.done.count == 10 && store.held == [])
    }

    @Test func `a drained lane whose last turns fail gives up, and leaves the batch to the lease`() async throws {
        let store = ScriptedBatches(jobs: 10, failures: Set(1...100))
        let lane = lane(store) { _ in .done }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await lane.run() }
            _ = try await store.turns.next()
            lane.drain()
            try await group.waitForAll()
        }
        #expect(store.done == [] && store.held.count == 10)
    }

    @Test func `each job's end is in the receipt as the job said, and an error as its class says`() async throws {
        let store = ScriptedBatches(jobs: 6)
        let lane = lane(store) { job in
            switch job.id {
            case 1: return .done
            case 2: return .snooze(.seconds(9))
            case 3: return .park(reason: "which?")
            case 4: throw Broken(failureClass: .retry)
            case 5: throw Broken(failureClass: .refused)
            default: throw PayloadUnreadable(kind: "test.work", error: Broken(failureClass: .refused))
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await lane.run() }
            while try await store.turns.next().acknowledged == nil {}
            lane.drain()
            try await group.waitForAll()
        }
        let receipt = try #require(store.receipts.first)
        #expect(receipt.done == [1])
        #expect(Set(receipt.postponed.map(\.id)) == [2, 4])
        #expect(receipt.postponed.first { $0.id == 2 }?.failure == nil)
        #expect(receipt.postponed.first { $0.id == 4 }?.failure != nil)
        let ended = Dictionary(uniqueKeysWithValues: receipt.ended.map { ($0.id, $0.park) })
        #expect(ended == [3: .asked, 5: nil, 6: .payload])
    }

    @Test func `an outage costs the jobs of a batch nothing, until there were too many`() async throws {
        let store = ScriptedBatches(jobs: 1)
        let lane = lane(store) { _ in throw Broken(failureClass: .outage) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await lane.run() }
            while try await store.turns.next().acknowledged == nil {}
            lane.drain()
            try await group.waitForAll()
        }
        let receipt = try #require(store.receipts.first)
        #expect(receipt.ended == [] && receipt.postponed.map(\.id) == [1])
        #expect(receipt.postponed.allSatisfy { $0.failure == nil && $0.after > .zero })
    }

    @Test
    func `at its hard deadline a batch is left: who was at work failed, and the others wait as before`() async throws {
        let store = ScriptedBatches(jobs: 100)
        let begun = EventProbe<Int64>()
        let lane = lane(store) { job in
            begun.record(job.id)
            if job.id > 10 { try await ContinuousClock().sleep(for: .seconds(3_600)) }
            return .done
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await lane.run() }
            // All that work side by side hang now.
            for _ in 0..<14 { _ = try await begun.next() }
            let now = ContinuousClock.now
            #expect(lane.heedDeadline(at: now, patience: .seconds(1)).map { $0 > .zero } == true)
            #expect(lane.heedDeadline(at: now + .seconds(61), patience: .seconds(1)) == nil)
            lane.drain()
            try await group.waitForAll()
        }
        let receipt = try #require(store.receipts.first)
        #expect(Set(receipt.done) == Set(1...10))
        #expect(Set(receipt.postponed.map(\.id)) == [11, 12, 13, 14])
        #expect(receipt.postponed.allSatisfy { $0.failure?.contains("hard deadline") == true })
        #expect(store.waiting.count == 86 && store.held == [])
    }

    @Test func `a runner is idle when each of its lanes has drained`() async throws {
        let store = ScriptedBatches(jobs: 3_500)
        let runner = BatchRunner(
            store: store, definitions: [Self.definition { _ in .done }], settings: Self.settings, logger: Self.logger)
        #expect(!runner.isIdle)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await runner.run() }
            runner.poke()
            // Ends: with the last of them.
            while store.done.count < 3_500 { _ = try await store.turns.next() }
            runner.drain()
            try await group.waitForAll()
        }
        #expect(runner.isIdle && store.held == [] && Set(store.done).count == 3_500)
    }

    private static let settings: DispatcherSettings = {
        var settings = DispatcherSettings(slots: 4)
        settings.recordRetryPause = .milliseconds(1)
        return settings
    }()
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func definition(
        _ body: @escaping @Sendable (BatchedJob) async throws -> BatchedOutcome
    ) -> JobDefinition<ScriptedBatches> {
        JobDefinition(idempotent: "test.work", retry: RetryPolicy(), deadline: .seconds(60)) { Scripted(body: body) }
    }

    private func lane(
        _ store: ScriptedBatches, _ body: @escaping @Sendable (BatchedJob) async throws -> BatchedOutcome
    ) -> BatchLane<ScriptedBatches> {
        BatchLane(store: store, definition: Self.definition(body), settings: Self.settings, logger: Self.logger)
    }
}

private struct Broken: ClassifiedFailure {
    let failureClass: FailureClass
}

private actor Scripted: IdempotentJob {
    private let body: @Sendable (BatchedJob) async throws -> BatchedOutcome

    init(body: @escaping @Sendable (BatchedJob) async throws -> BatchedOutcome) {
        self.body = body
    }

    func run(_ task: BatchedJob) async throws -> BatchedOutcome {
        try await body(task)
    }
}
