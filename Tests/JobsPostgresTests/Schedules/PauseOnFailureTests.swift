import DatabaseTestSupport
import JobsPostgres
import Postgres
import Primitives
import Scheduling
import TestSupport
import Testing

@testable import Jobs

/// A run of money that fails holds its schedule, however it came to fail, and says so.
@Suite struct PauseOnFailureTests {
    private static let report = RunReport(totals: "{}", hasWarnings: false)

    @Test func `a run whose last descendant fails after it holds its schedule with an alert`() async throws {
        try await withEngine { engine, _ in
            let root = try await payday(engine)
            let execution = try #require(root.execution)
            try await engine.store.finish(root, report: Self.report) {
                _ = try await $0.enqueue(NewJob(kind: "test.work", partOf: execution), now: engine.time.now())
            }
            #expect(engine.log.all.isEmpty)
            try await failOne(engine)
            _ = try await engine.store.reap()
            try await expectPaused(engine, because: "run \(execution) failed: job % failed: no funds")
        }
    }

    @Test func `a run that ends after a descendant failed holds its schedule with an alert`() async throws {
        try await withEngine { engine, _ in
            let root = try await payday(engine)
            let execution = try #require(root.execution)
            try await engine.store.step(root, checkpoint: "{}", progress: nil) {
                _ = try await $0.enqueue(NewJob(kind: "test.work", partOf: execution), now: engine.time.now())
            }
            try await failOne(engine)
            #expect(engine.log.all.isEmpty)
            try await engine.store.finish(root, report: Self.report) { _ in }
            try await expectPaused(engine, because: "run \(execution) failed: job % failed: no funds")
        }
    }

    @Test func `a run set aside because it was cut off too often holds its schedule with an alert`() async throws {
        try await withEngine { engine, _ in
            let execution = try #require(try await payday(engine).execution)
            try await engine.pool.execute("update bursar.job set interruptions = \(Liveness.interruptionsMax - 1)")
            engine.time.advance(by: .seconds(3_601))
            try await engine.session.beat()
            _ = try await engine.store.reap()
            try await expectPaused(engine, because: "run \(execution) is parked: %")
        }
    }

    @Test(arguments: [nil, ParkCode.asked])
    func `a run that a batch says has failed holds its schedule with an alert`(park: ParkCode?) async throws {
        try await withFleet(1, limits: [.work(isIdempotent: true)]) { fleet, _ in
            let engine = fleet[0]
            var schedule = try Schedule.sample("payday")
            schedule.pauseOnFailure = true
            schedule.overlap = .allow
            try await engine.apply(schedule, try .sample("other", "0 0 1 1 *"))
            engine.time.advance(by: .seconds(86_400))
            _ = try await engine.fire()
            let batch = try #require(try await engine.turn().next)
            var receipt = BatchReceipt(of: batch)
            receipt.ended = [.init(id: try #require(batch.jobs.first).id, park: park, error: "no funds")]
            #expect(try await engine.turn(receipt, limit: park == nil ? 0 : 10).wasHeld)
            try await expectPaused(engine, because: "run % \(park == nil ? "failed" : "is parked"): no funds")
        }
    }

    @Test func `a run that ends well, or is no schedule's, holds nothing`() async throws {
        try await withEngine { engine, _ in
            try await engine.store.finish(try await payday(engine), report: Self.report) { _ in }
            _ = try await engine.store.reap()
            #expect(engine.log.all.isEmpty)
            #expect(try await engine.count("select count(*) from bursar.schedule where paused_at is not null") == 0)
        }
    }

    private func payday(_ engine: TestEngine) async throws -> Claim {
        try await engine.apply(try .sample("payday", money: true), try .sample("other"))
        engine.time.advance(by: .seconds(86_400))
        _ = try await engine.fire()
        let claims = try await engine.store.claim(limit: 2).claims
        return try #require(claims.first { $0.money })
    }

    private func failOne(_ engine: TestEngine) async throws {
        engine.store.marks.reset()
        let child = try #require(try await engine.store.claim(limit: 1).claims.first)
        #expect(try await engine.store.fail(child, error: "no funds"))
    }

    private func expectPaused(_ engine: TestEngine, because reason: String) async throws {
        #expect(
            try await engine.count(
                """
                select count(*) from bursar.schedule
                where name = 'payday' and paused_by = 'bursard' and paused_reason like \(reason)
                """) == 1)
        #expect(try await engine.count("select count(*) from bursar.schedule where paused_at is null") == 1)
        #expect(engine.log.all == [LoggedEvents.Line(event: "BRS-2103", schedule: "payday")])
        // Once for a run.
        _ = try await engine.store.reap()
        #expect(engine.log.all.count == 1)
    }
}
