import Jobs
import Postgres
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import JobsPostgres

/// Daemons, whoever enqueues, an operator and somebody who mends, all at once, until nothing is left.
@Suite(.serialized) struct LineRaceTests {
    @Test func `each line's jobs run one after the other in their order, whatever becomes of them`() async throws {
        try await withFleet(5) { fleet, _ in
            let race = LineRace(fleet: fleet, keys: 50, jobsPerKey: 40, isOrdered: true)
            try await race.run()
            #expect(race.held.most <= 1)
            let disorder = try await fleet[0].count(
                """
                select count(*) from (
                    select job - lag(job) over (partition by key order by n) as step from effect) e
                where step <= 0
                """)
            #expect(disorder == 0)
            try await race.expectEverythingEnded()
        }
    }

    @Test
    func `of each key as many run at once as its kind allows and no more, and nobody is left behind`() async throws {
        let limits = [KindLimits.work(JobGates(perKey: 3))]
        try await withFleet(4, limits: limits, poolSize: 3) { fleet, _ in
            let race = LineRace(fleet: fleet, keys: 8, jobsPerKey: 60, isOrdered: false)
            try await race.run()
            #expect(race.held.most <= 3)
            #expect(race.held.most > 1, "the limit was never tried")
            try await race.expectEverythingEnded()
        }
    }
}

private final class LineRace: Sendable {
    let held = HeldJobs()
    private let fleet: [TestEngine]
    private let keys: Int
    private let jobsPerKey: Int
    private let isOrdered: Bool
    private let enqueued = Atomic(0)
    private let enqueuing = Atomic(2)
    private let isOver = Atomic(false)
    private let mended = Atomic(0)

    /// Looks in vain, one after the other, that say that something is stuck.
    private static let looksMax = 4_000

    init(fleet: [TestEngine], keys: Int, jobsPerKey: Int, isOrdered: Bool) {
        self.fleet = fleet
        self.keys = keys
        self.jobsPerKey = jobsPerKey
        self.isOrdered = isOrdered
    }

    func run() async throws {
        try await fleet[0].pool.execute(
            "create table effect (n bigint generated always as identity, key text not null, job bigint not null)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<2 { group.addTask { try await self.enqueue(writer) } }
            group.addTask { try await self.operate() }
            group.addTask { try await self.mend() }
            try await withThrowingTaskGroup(of: Void.self) { workers in
                for (number, engine) in (fleet + fleet).enumerated() {
                    workers.addTask { try await self.work(engine, seed: UInt64(number)) }
                }
                try await workers.waitForAll()
            }
            isOver.store(true, ordering: .sequentiallyConsistent)
            try await group.waitForAll()
        }
    }

    func expectEverythingEnded() async throws {
        // A line that only mending moves on would stand still for seconds each time.
        #expect(mended.load(ordering: .relaxed) == 0)
        #expect(try await fleet[0].count("select count(*) from bursar.job") == 0)
        let ended = try await fleet[0].count("select count(*) from bursar.finished_job")
        #expect(ended == Int64(enqueued.load(ordering: .relaxed)))
        let doubled = try await fleet[0].count("select count(*) - count(distinct job) from effect")
        #expect(doubled == 0)
        try await fleet[0].expectTalliesToBeCounts()
    }

    private func job(_ key: String) -> NewJob {
        enqueued.add(1, ordering: .relaxed)
        return isOrdered ? NewJob(kind: "test.work", orderKey: key) : NewJob(kind: "test.work", limitKey: key)
    }

    private func enqueue(_ writer: Int) async throws {
        defer { enqueuing.subtract(1, ordering: .sequentiallyConsistent) }
        var random = SplitMix(seed: UInt64(1_000 + writer))
        for _ in 0..<(keys * jobsPerKey / 2) {
            try await fleet[writer].enqueue(job("key \(Int.random(in: 0..<keys, using: &random))"))
        }
    }

    private func work(_ engine: TestEngine, seed: UInt64) async throws {
        var random = SplitMix(seed: seed)
        var inVain = 0
        // Ends: with the last job, or when too many looks found none.
        while inVain < Self.looksMax {
            let isLast = enqueuing.load(ordering: .sequentiallyConsistent) == 0
            let claims = try await engine.look(Int.random(in: 1...6, using: &random))
            for claim in claims { held.enter(Self.key(of: claim)) }
            for claim in claims {
                let chance = Int.random(in: 0..<100, using: &random)
                held.exit(Self.key(of: claim))
                try await end(claim, by: engine, chance: chance)
            }
            inVain = claims.isEmpty ? inVain + 1 : 0
            guard claims.isEmpty else { continue }
            if isLast, try await engine.count("select count(*) from bursar.job") == 0 { return }
            try await ContinuousClock().sleep(for: .milliseconds(3))
        }
        Issue.record("something is left that nobody can claim")
    }

    private func end(_ claim: Claim, by engine: TestEngine, chance: Int) async throws {
        let key = Self.key(of: claim)
        switch chance {
        case 0..<10: _ = try await engine.store.postpone(claim, until: .after(.zero), failure: "boom")
        case 10..<15: _ = try await engine.store.park(claim, because: .asked, reason: "which?")
        case 15..<19: _ = try await engine.store.fail(claim, error: "no")
        case 19..<22: _ = try await engine.store.cancel(claim, reason: "unwanted")
        default:
            let follower = chance < 30 ? job(key) : nil
            try await engine.store.finish(claim, report: RunReport(totals: "{}", hasWarnings: false)) { transaction in
                try await transaction.execute("insert into effect (key, job) values (\(key), \(claim.job))")
                if let follower { _ = try await transaction.enqueue(follower, now: engine.time.now()) }
            }
        }
    }

    /// Tries again what is parked, or no longer wants it, and no longer wants some of what waits.
    private func operate() async throws {
        let engine = fleet[0]
        var random = SplitMix(seed: 77)
        // Ends with the race.
        while !isOver.load(ordering: .sequentiallyConsistent) {
            var rows = try await engine.pool.query(
                """
                (select id, state = 'parked' from bursar.job
                 where state = 'parked' or (state = 'waiting' and cancel_requested_at is not null) limit 4)
                union all
                (select id, false from bursar.job where state = 'waiting' order by random() limit 1)
                """)
            for index in rows.indices {
                let id = try rows[index].next(Int64.self)
                let isParked = try rows[index].next(Bool.self)
                do {
                    if isParked, Int.random(in: 0..<3, using: &random) > 0 {
                        _ = try await engine.jobs.retry(id, by: .by())
                    } else if Int.random(in: 0..<4, using: &random) == 0 || isParked {
                        _ = try await engine.jobs.cancel(id, by: .by())
                    }
                } catch is OperationRefusal {
                    // It went its way meanwhile.
                }
            }
            try await ContinuousClock().sleep(for: .milliseconds(5))
        }
    }

    private func mend() async throws {
        // Ends with the race.
        while !isOver.load(ordering: .sequentiallyConsistent) {
            mended.add(try await fleet[1].mended(), ordering: .relaxed)
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
    }

    private static func key(of claim: Claim) -> String {
        switch claim.place {
        case .ordered(let key), .limited(let key): key
        case nil: ""
        }
    }
}
