import Postgres
import Primitives
import TestSupport
import Testing

@testable import Jobs
@testable import JobsPostgres

/// Everything that can happen to jobs, one after the other, as chance wills.
@Suite struct RandomHistoryTests {
    private static let limits = [
        KindLimits.work(), KindLimits(kind: "test.bulk", deadline: .seconds(3_600), isIdempotent: true),
        KindLimits(kind: "test.gated", deadline: .seconds(3_600), gates: JobGates(concurrency: 4, perKey: 2)),
    ]

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `after any history the counters are what counting gives, and every line has its head`(
        seed: UInt64
    ) async throws {
        try await withFleet(2, limits: Self.limits) { fleet, database in
            var history = RandomHistory(fleet: fleet, random: SplitMix(seed: seed))
            for step in 0..<250 {
                try await history.step()
                if step % 80 == 79 {
                    let spare = TestEngine(database, limits: Self.limits, time: fleet[0].time)
                    try await history.death(of: spare)
                }
            }
            _ = try await fleet[0].store.reap()
            #expect(try await fleet[0].mended() == 0)
            try await fleet[0].expectTalliesToBeCounts()
        }
    }
}

private struct RandomHistory {
    let fleet: [TestEngine]
    var random: SplitMix
    private var claims: [Claim] = []
    private var batches: [Batch] = []
    private var engine: TestEngine { fleet[0] }

    init(fleet: [TestEngine], random: SplitMix) {
        self.fleet = fleet
        self.random = random
    }

    private mutating func chance(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    mutating func step() async throws {
        switch chance(14) {
        case 0...3: try await enqueue()
        case 4:
            let jobs = (0..<5).map { NewJob(kind: $0 % 2 == 0 ? "test.bulk" : "test.unknown") }
            try await engine.pool.enqueue(contentsOf: jobs, now: engine.time.now())
        case 5, 6: claims += try await fleet[chance(2)].look(1 + chance(4))
        case 7, 8: try await endClaim()
        case 9: batches += [try await engine.turn(limit: 1 + chance(6), kind: "test.bulk").next].compactMap { $0 }
        case 10: try await endBatch()
        case 11: try await operate()
        case 12: _ = try await fleet[chance(2)].store.reap()
        default: engine.time.advance(by: .seconds(chance(40)))
        }
        for engine in fleet { try await engine.session.beat() }
    }

    private mutating func enqueue() async throws {
        let key = "key \(chance(4))"
        switch chance(5) {
        case 0: try await engine.enqueue(NewJob(kind: "test.work", orderKey: key))
        case 1: try await engine.enqueue(NewJob(kind: "test.gated", limitKey: key))
        case 2: try await engine.enqueue(NewJob(kind: "test.work", uniqueKey: key, uniqueIn: .waiting))
        case 3: try await engine.enqueue(
            NewJob(
                kind: "test.work", orderKey: key,
                run: NewRun(execution: .make(at: engine.time.now()), trigger: .manual, source: "test")))
        default: try await engine.enqueue(NewJob(kind: "test.work", runAt: engine.time.now() + .seconds(chance(60))))
        }
    }

    private mutating func endClaim() async throws {
        guard !claims.isEmpty else { return }
        let claim = claims.remove(at: chance(claims.count))
        let store = fleet[chance(2)].store
        do {
            switch chance(7) {
            case 0: _ = try await store.postpone(claim, until: .after(.seconds(chance(30))), failure: "boom")
            case 1: _ = try await store.park(claim, because: .asked, reason: "which?")
            case 2: _ = try await store.fail(claim, error: "no")
            case 3: _ = try await store.cancel(claim, reason: "unwanted")
            default:
                let execution = claim.execution
                let hasChild = chance(3) == 0
                let now = engine.time.now()
                try await store.finish(claim, report: RunReport(totals: "{}", hasWarnings: false)) {
                    if hasChild { _ = try await $0.enqueue(NewJob(kind: "test.work", partOf: execution), now: now) }
                }
            }
        } catch is LeaseLost {
            // Taken from it by its deadline or its daemon's death.
        }
    }

    private mutating func endBatch() async throws {
        guard !batches.isEmpty else { return }
        let batch = batches.remove(at: chance(batches.count))
        var receipt = BatchReceipt(of: batch)
        for job in batch.jobs {
            switch chance(6) {
            case 0: receipt.postponed.append(.init(id: job.id, after: .seconds(chance(30)), failure: "boom"))
            case 1: receipt.ended.append(.init(id: job.id, park: .asked, error: "which?"))
            case 2: receipt.ended.append(.init(id: job.id, park: nil, error: "no"))
            case 3: break
            default: receipt.done.append(job.id)
            }
        }
        _ = try await engine.turn(receipt, limit: 0, kind: "test.bulk")
    }

    private mutating func operate() async throws {
        let skip = chance(20)
        let ids = try await engine.pool.query(
            """
            select id from (select id from bursar.job union all select id from bursar.finished_job) j
            order by id desc offset \(skip) limit 1
            """)
        guard var row = ids.first else { return }
        let id = try row.next(Int64.self)
        do {
            if chance(2) == 0 {
                _ = try await engine.jobs.cancel(id, by: .by())
            } else {
                _ = try await engine.jobs.retry(id, by: .by())
            }
        } catch is OperationRefusal {
            // In the state that it is in there is nothing to do.
        }
    }

    /// A daemon takes what it can get and is gone.
    mutating func death(of daemon: TestEngine) async throws {
        let survivor = engine
        try await withRunningPool(daemon.pool) {
            try await daemon.session.beat()
            _ = try await daemon.look(3)
            _ = try await daemon.turn(limit: 3, kind: "test.bulk")
            try await daemon.die(seenBy: survivor)
        }
        for engine in fleet { try await engine.session.beat() }
        _ = try await engine.store.reap()
    }
}
