import Jobs
import Postgres
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import JobsPostgres

@Suite(.serialized) struct GateTests {
    @Test func `never more run in the whole fleet than the kind allows, also when daemons die at it`() async throws {
        let limits = [KindLimits.work(JobGates(concurrency: 5))]
        try await withFleet(4, limits: limits, poolSize: 3) { fleet, _ in
            for _ in 0..<300 { try await fleet[0].enqueue(NewJob(kind: "test.work")) }
            let held = HeldJobs()
            let sampled = Sampled()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Ends with the race.
                    while !sampled.isOver.load(ordering: .sequentiallyConsistent) {
                        let running = try await fleet[0].count(
                            "select count(*) from bursar.job where state = 'running'")
                        _ = sampled.most.max(running, ordering: .relaxed)
                    }
                }
                try await withThrowingTaskGroup(of: Void.self) { workers in
                    for (number, engine) in (fleet + fleet).enumerated() {
                        workers.addTask { try await self.work(engine, number: number, held: held, survivor: fleet[0]) }
                    }
                    try await workers.waitForAll()
                }
                sampled.isOver.store(true, ordering: .sequentiallyConsistent)
                try await group.waitForAll()
            }
            #expect(held.most <= 5 && held.most > 1)
            #expect(sampled.most.load(ordering: .relaxed) <= 5)
            #expect(try await fleet[0].count("select count(*) from bursar.finished_job") == 300)
        }
    }

    /// The last daemon dies with what it holds after some looks; the first one retakes it.
    private func work(_ engine: TestEngine, number: Int, held: HeldJobs, survivor: TestEngine) async throws {
        var random = SplitMix(seed: UInt64(number))
        for look in 0..<10_000 {
            let claims = try await engine.look(Int.random(in: 1...4, using: &random))
            for _ in claims { held.enter("all") }
            if number == 3, look >= 10, !claims.isEmpty {
                for _ in claims { held.exit("all") }
                try await engine.die(seenBy: survivor)
                _ = try await survivor.store.reap()
                return
            }
            for claim in claims {
                held.exit("all")
                if Int.random(in: 0..<8, using: &random) == 0 {
                    _ = try await engine.store.postpone(claim, until: .after(.zero), failure: "boom")
                } else if (try? await engine.finish(claim)) == nil {
                    // Of the daemon that died: another has it.
                    return
                }
            }
            if claims.isEmpty {
                if number % 4 == 3, look > 10 { return }
                if try await survivor.count("select count(*) from bursar.job") == 0 { return }
                try await ContinuousClock().sleep(for: .milliseconds(2))
            }
        }
        Issue.record("something is left that nobody can claim")
    }

    @Test
    func `a limit that is lowered lets nobody start before there is room, a raised one does at once`() async throws {
        try await withFleet(2, limits: [.work(JobGates(concurrency: 5))]) { fleet, _ in
            for _ in 0..<20 { try await fleet[0].enqueue(NewJob(kind: "test.work")) }
            var running = try await fleet[0].look()
            #expect(running.count == 5)
            #expect(try await fleet[1].look() == [])
            try await fleet[0].pool.execute("update bursar.kind set concurrency = 2")
            for _ in 0..<3 {
                try await fleet[0].finish(running.removeLast())
                #expect(try await fleet[1].look() == [])
            }
            try await fleet[0].finish(running.removeLast())
            #expect(try await fleet[1].look().count == 1)
            try await fleet[0].pool.execute("update bursar.kind set concurrency = 8")
            #expect(try await fleet[1].look().count == 6)
            try await fleet[0].pool.execute("update bursar.kind set concurrency = null")
            #expect(try await fleet[1].look().count == 8)
        }
    }

    @Test func `a paused kind starts nothing, whatever gates it, and what it keeps costs no attempt`() async throws {
        for gates in [JobGates.open, JobGates(concurrency: 5)] {
            try await withFleet(1, limits: [.work(gates)]) { fleet, _ in
                try await fleet[0].enqueue(NewJob(kind: "test.work"))
                try await fleet[0].pool.execute(
                    "update bursar.kind set paused_at = now(), paused_by = 'alice', paused_reason = 'audit'")
                #expect(try await fleet[0].look() == [])
                try await fleet[0].pool.execute(
                    "update bursar.kind set paused_at = null, paused_by = null, paused_reason = null")
                #expect(try await fleet[0].look().map(\.attempt) == [1])
            }
        }
    }

    @Test func `what one gate holds up uses nothing that another has to give`() async throws {
        let bucket = TokenBucket("calls", capacity: 4, interval: .seconds(1))
        let limits = [
            KindLimits(kind: "test.narrow", deadline: .seconds(60), gates: JobGates(concurrency: 1, bucket: bucket)),
            KindLimits(kind: "test.wide", deadline: .seconds(60), gates: JobGates(bucket: bucket)),
        ]
        try await withFleet(1, limits: limits) { fleet, _ in
            for _ in 0..<10 { try await fleet[0].enqueue(NewJob(kind: "test.narrow", priority: .urgent)) }
            for _ in 0..<10 { try await fleet[0].enqueue(NewJob(kind: "test.wide")) }
            let kinds = try await fleet[0].look().map(\.kind)
            #expect(kinds == ["test.narrow", "test.wide", "test.wide", "test.wide"])
        }
    }

    @Test func `many jobs of a full key do not keep those of other keys from starting`() async throws {
        try await withFleet(1, limits: [.work(JobGates(concurrency: 4, perKey: 2))]) { fleet, _ in
            for _ in 0..<50 { try await fleet[0].enqueue(NewJob(kind: "test.work", limitKey: "a")) }
            for key in ["b", "c"] { try await fleet[0].enqueue(NewJob(kind: "test.work", limitKey: key)) }
            try await fleet[0].enqueue(NewJob(kind: "test.work"))
            let keys = try await fleet[0].look(4).map(\.place)
            #expect(keys == [.limited(key: "a"), .limited(key: "a"), .limited(key: "b"), .limited(key: "c")])
        }
    }
}

/// What one who looks on saw.
private final class Sampled: Sendable {
    let most = Atomic(Int64(0))
    let isOver = Atomic(false)
}
