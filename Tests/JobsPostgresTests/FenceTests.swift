import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport
import Testing

@Suite struct FenceTests {
    @Test func `a step commits its effects, its checkpoint and its progress together`() async throws {
        try await withEngine { engine, _ in
            try await engine.pool.execute("create table effect (n int)")
            let claim = try await claimOne(engine, run: true)
            try await engine.store.step(claim, checkpoint: #"{"at": 1}"#, progress: RunProgress(done: 3, total: 10)) {
                try await $0.execute("insert into effect values (1)")
            }
            #expect(try await engine.count("select count(*) from effect") == 1)
            #expect(try await engine.count("select (checkpoint->>'at')::int8 from bursar.job") == 1)
            #expect(try await engine.count("select progress_done from bursar.run") == 3)
        }
    }

    @Test func `an attempt that lost its lease commits nothing at all`() async throws {
        try await withEngine { engine, _ in
            try await engine.pool.execute("create table effect (n int)")
            let old = try await claimOne(engine)
            // Somebody else has the job now.
            #expect(try await engine.store.postpone(old, until: .after(.zero), failure: nil))
            let new = try #require(try await engine.store.claim(limit: 1).claims.first)
            #expect(new.job == old.job && new.lease > old.lease)

            await #expect(throws: LeaseLost.self) {
                try await engine.store.step(old, checkpoint: "{}", progress: nil) {
                    try await $0.execute("insert into effect values (1)")
                }
            }
            await #expect(throws: LeaseLost.self) {
                try await engine.store.finish(old, report: RunReport(totals: "{}", hasWarnings: false)) {
                    try await $0.execute("insert into effect values (2)")
                }
            }
            #expect(try await engine.store.postpone(old, until: .after(.zero), failure: "late") == false)
            #expect(try await engine.store.park(old, because: .asked, reason: "late") == false)
            #expect(try await engine.store.fail(old, error: "late") == false)
            #expect(try await engine.store.cancel(old, reason: "late") == false)
            #expect(try await engine.count("select count(*) from effect") == 0)
            #expect(try await engine.count("select lease from bursar.job") == new.lease)
        }
    }

    @Test func `losing the lease between the effects and the fence undoes the effects`() async throws {
        try await withEngine { engine, _ in
            try await engine.pool.execute("create table effect (n int)")
            let claim = try await claimOne(engine)
            await #expect(throws: LeaseLost.self) {
                try await engine.store.step(claim, checkpoint: "{}", progress: nil) { transaction in
                    try await transaction.execute("insert into effect values (1)")
                    // Another session, another transaction: the job is retaken while this one is open.
                    _ = try await engine.store.postpone(claim, until: .after(.zero), failure: nil)
                }
            }
            #expect(try await engine.count("select count(*) from effect") == 0)
        }
    }

    @Test func `a completion moves the job to the finished ones and closes its run`() async throws {
        try await withEngine { engine, _ in
            let claim = try await claimOne(engine, run: true)
            let report = RunReport(totals: #"{"sum": "7"}"#, hasWarnings: true)
            try await engine.store.finish(claim, report: report) { _ in }
            #expect(try await engine.count("select count(*) from bursar.job") == 0)
            #expect(try await engine.count("select count(*) from bursar.finished_job where state = 'done'") == 1)
            #expect(
                try await engine.count(
                    "select count(*) from bursar.run where outcome = 'warning' and totals->>'sum' = '7'") == 1)
        }
    }

    @Test func `effects that fail leave the job as it was`() async throws {
        try await withEngine { engine, _ in
            let claim = try await claimOne(engine, run: true)
            await #expect(throws: (any Error).self) {
                try await engine.store.finish(claim, report: RunReport(totals: "{}", hasWarnings: false)) {
                    try await $0.execute("select 1 / 0")
                }
            }
            #expect(try await engine.count("select count(*) from bursar.job where state = 'running'") == 1)
            #expect(try await engine.count("select count(*) from bursar.run where outcome is null") == 1)
        }
    }

    private func claimOne(_ engine: TestEngine, run: Bool = false) async throws -> Claim {
        let now = engine.time.now()
        _ = try await engine.pool.enqueue(
            NewJob(
                kind: "test.work",
                run: run ? NewRun(execution: .make(at: now), trigger: .manual, source: "test") : nil),
            now: now)
        return try #require(try await engine.store.claim(limit: 1).claims.first)
    }
}
