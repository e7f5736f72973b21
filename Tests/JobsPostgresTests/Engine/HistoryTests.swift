import Jobs
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

@Suite struct HistoryTests {
    private func end(_ engine: TestEngine, failing: Bool = false) async throws -> Int64 {
        let id = try await engine.enqueue(NewJob(kind: "test.work"))
        let claim = try #require(try await engine.look().first)
        if failing {
            #expect(try await engine.store.fail(claim, error: "no"))
        } else {
            try await engine.finish(claim)
        }
        return id
    }

    private func partition(of job: Int64, _ engine: TestEngine) async throws -> String {
        try await engine.pool.value(
            """
            select c.relname::text from bursar.finished_job f join pg_class c on c.oid = f.tableoid where f.id = \(job)
            """, as: String.self)
    }

    private func make(_ day: String, _ engine: TestEngine) async throws -> Bool {
        try await engine.pool.value("select bursar.make_history_day(\(day)::text::date)", as: Bool.self)
    }

    @Test func `days that are made while jobs end lose none of them`() async throws {
        try await withFleet(2, poolSize: 4) { fleet, _ in
            let engine = fleet[0]
            for _ in 0..<120 { try await engine.enqueue(NewJob(kind: "test.work")) }
            let day = try await engine.pool.value(
                "select (\(engine.time.now())::timestamptz at time zone 'UTC')::date::text", as: String.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        // Ends: the queue does.
                        while let claim = try await engine.look(1).first { try await engine.finish(claim) }
                    }
                }
                group.addTask {
                    try await until { try await engine.count("select count(*) from bursar.finished_job_default") > 10 }
                    // One who is just ending a job may stand in the way: then it is made the next time.
                    try await until { (try? await make(day, fleet[1])) != nil }
                }
                try await group.waitForAll()
            }
            #expect(try await engine.count("select count(*) from bursar.finished_job") == 120)
            #expect(try await engine.count("select count(*) from bursar.finished_job_default") == 0)
        }
    }

    @Test
    func `a job lies in the partition of the day of its end, in the default one where there is none`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            engine.time.set(to: try #require(Instant(rfc3339: "2026-03-01T23:59:59Z")))
            #expect(try await make("2026-03-01", engine))
            #expect(try await make("2026-03-01", engine) == false)
            let first = try await end(engine)
            engine.time.advance(by: .seconds(1))
            let second = try await end(engine)
            #expect(try await partition(of: first, engine) == "finished_job_20260301")
            #expect(try await partition(of: second, engine) == "finished_job_default")
            // Made late, the day takes what is its own.
            #expect(try await make("2026-03-02", engine))
            #expect(try await partition(of: second, engine) == "finished_job_20260302")
            #expect(try await engine.count("select count(*) from bursar.finished_job_default") == 0)
            engine.time.advance(by: .seconds(86_399))
            #expect(try await partition(of: try await end(engine), engine) == "finished_job_20260302")
        }
    }

    @Test
    func `days that are dropped take their jobs with them and no other, in the default partition too`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            engine.time.set(to: try #require(Instant(rfc3339: "2026-02-27T12:00:00Z")))
            for _ in 0..<2 {
                _ = try await end(engine)
                engine.time.advance(by: .seconds(86_400))
            }
            for day in ["2026-03-01", "2026-03-02"] { _ = try await make(day, engine) }
            var kept: [Int64] = []
            for _ in 0..<2 {
                kept.append(try await end(engine))
                engine.time.advance(by: .seconds(86_400))
            }
            let dropped = try await engine.pool.value("select bursar.drop_history_before('2026-03-02')", as: Int32.self)
            #expect(dropped == 1)
            #expect(try await engine.count("select count(*) from bursar.finished_job") == 1)
            #expect(try await engine.count("select min(id) from bursar.finished_job") == kept[1])
        }
    }

    @Test func `a job is found and tried again whichever day it failed on, and once`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            let failed = try await end(engine, failing: true)
            for day in 1...5 {
                engine.time.advance(by: .seconds(86_400))
                _ = try await make("2026-09-\(day + 20)", engine)
                _ = try await end(engine)
            }
            guard case .again(let again, _) = try await engine.jobs.retry(failed, by: .by()) else {
                Issue.record("it was not tried again")
                return
            }
            await #expect(throws: OperationRefusal.self) { try await engine.jobs.retry(failed, by: .by()) }
            #expect(try await engine.look().map(\.job) == [again])
        }
    }
}
