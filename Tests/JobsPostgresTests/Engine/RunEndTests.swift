import Cron
import Jobs
import Postgres
import Primitives
import Scheduling
import TestSupport
import Testing

@testable import JobsPostgres

@Suite struct RunEndTests {
    private func root(_ engine: TestEngine, orderKey: String? = nil) async throws -> Claim {
        try await engine.enqueue(
            NewJob(
                kind: "test.work", orderKey: orderKey,
                run: NewRun(execution: .make(at: engine.time.now()), trigger: .manual, source: "test")))
        return try #require(try await engine.look(1).first)
    }

    private func outcome(_ engine: TestEngine) async throws -> String {
        _ = try await engine.store.reap()
        return try await engine.pool.value("select coalesce(outcome, 'open') from bursar.run limit 1", as: String.self)
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `a run ends when its job and all that it started have ended, in whatever order`(seed: UInt64) async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            var random = SplitMix(seed: seed)
            let first = try await root(engine)
            let execution = try #require(first.execution)
            var open = [first]
            var begun = 1
            var hasFailed = false
            try await engine.store.step(first, checkpoint: "{}", progress: nil) { transaction in
                for _ in 0..<2 {
                    _ = try await transaction.enqueue(
                        NewJob(kind: "test.work", partOf: execution), now: engine.time.now())
                }
            }
            begun += 2
            open += try await engine.look()
            // Each end may begin descendants of descendants, up to nine jobs in all.
            while !open.isEmpty {
                #expect(try await outcome(engine) == "open")
                let claim = open.remove(at: Int.random(in: 0..<open.count, using: &random))
                if Int.random(in: 0..<8, using: &random) == 0, claim.job != first.job {
                    hasFailed = true
                    #expect(try await engine.store.fail(claim, error: "no"))
                } else {
                    let more = begun < 9 ? Int.random(in: 0...2, using: &random) : 0
                    begun += more
                    let report = RunReport(totals: "{}", hasWarnings: false)
                    try await engine.store.finish(claim, report: report) { transaction in
                        for _ in 0..<more {
                            _ = try await transaction.enqueue(
                                NewJob(kind: "test.work", partOf: execution), now: engine.time.now())
                        }
                    }
                }
                open += try await engine.look()
            }
            #expect(try await outcome(engine) == (hasFailed ? "failed" : "success"))
            #expect(try await engine.count("select count(*) from bursar.run where finished_at is not null") == 1)
            try await engine.expectTalliesToBeCounts()
        }
    }

    @Test func `a run whose descendant is parked is open until somebody decides about it`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            let first = try await root(engine)
            let execution = try #require(first.execution)
            try await engine.store.finish(first, report: RunReport(totals: "{}", hasWarnings: true)) {
                _ = try await $0.enqueue(NewJob(kind: "test.work", partOf: execution), now: engine.time.now())
            }
            let child = try #require(try await engine.look().first)
            #expect(child.execution == execution && !child.isRoot)
            #expect(try await engine.store.park(child, because: .asked, reason: "which?"))
            #expect(try await outcome(engine) == "open")
            _ = try await engine.jobs.cancel(child.job, by: .by())
            #expect(try await outcome(engine) == "warning")
        }
    }

    @Test func `a run keeps its place in line until all that it started has ended`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            let first = try await root(engine, orderKey: "a")
            let execution = try #require(first.execution)
            let held = try await engine.enqueue(NewJob(kind: "test.work", orderKey: "a"))
            try await engine.store.finish(first, report: RunReport(totals: "{}", hasWarnings: false)) {
                _ = try await $0.enqueue(NewJob(kind: "test.work", partOf: execution), now: engine.time.now())
            }
            let later = try await engine.enqueue(NewJob(kind: "test.work", orderKey: "a"))
            let child = try #require(try await engine.look().first)
            #expect(child.job != held)
            _ = try await engine.store.reap()
            #expect(try await engine.look() == [])
            try await engine.finish(child)
            _ = try await engine.store.reap()
            let second = try #require(try await engine.look().first)
            #expect(second.job == held)
            try await engine.finish(second)
            #expect(try await engine.look().map(\.job) == [later])
        }
    }

    @Test func `a schedule's next tick falls together with what the last one's job started`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            try await engine.apply(
                Schedule(
                    name: "daily", kind: "test.work", expression: try CronExpression("0 2 * * *"), zone: .utc,
                    money: false, catchUp: .all, overlap: .skip))
            engine.time.advance(by: .seconds(86_400))
            #expect(try await engine.fire().enqueued == 1)
            let first = try #require(try await engine.look().first)
            let execution = try #require(first.execution)
            try await engine.store.finish(first, report: RunReport(totals: "{}", hasWarnings: false)) {
                _ = try await $0.enqueue(NewJob(kind: "test.work", partOf: execution), now: engine.time.now())
            }
            let child = try #require(try await engine.look().first)
            engine.time.advance(by: .seconds(86_400))
            #expect(try await engine.fire().enqueued == 0)
            try await engine.finish(child)
            _ = try await engine.store.reap()
            engine.time.advance(by: .seconds(86_400))
            #expect(try await engine.fire().enqueued == 1)
            let decisions = try await engine.pool.value(
                "select string_agg(decision, ' ' order by id) from bursar.tick", as: String.self)
            #expect(decisions == "enqueued overlap enqueued")
        }
    }
}
