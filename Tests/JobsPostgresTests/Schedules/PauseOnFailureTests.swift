import DatabaseTestSupport
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling
import TestSupport
import Testing

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
            try await expectPaused(engine, by: execution)
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
            try await expectPaused(engine, by: execution)
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

    private func expectPaused(_ engine: TestEngine, by execution: ExecutionID) async throws {
        #expect(
            try await engine.count(
                """
                select count(*) from bursar.schedule
                where name = 'payday' and paused_by = 'bursard'
                  and paused_reason like 'run ' || \(execution.uuid)::text || ' failed: job % failed: no funds'
                """) == 1)
        #expect(try await engine.count("select count(*) from bursar.schedule where paused_at is null") == 1)
        #expect(engine.log.all == [LoggedEvents.Line(event: "BRS-2103", schedule: "payday")])
        // Once for a run.
        _ = try await engine.store.reap()
        #expect(engine.log.all.count == 1)
    }
}
