import DatabaseTestSupport
import Jobs
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

@Suite struct UnknownKindTests {
    @Test
    func `an unknown kind's jobs are set aside by name, the heads of lines before those behind them`() async throws {
        try await withFleet(1) { fleet, database in
            let engine = fleet[0]
            let ids = [
                try await engine.enqueue(NewJob(kind: "test.new", orderKey: "a")),
                try await engine.enqueue(NewJob(kind: "test.new", orderKey: "a")),
            ]
            let alone = try await engine.enqueue(NewJob(kind: "test.new"))
            let later = try await engine.enqueue(
                NewJob(kind: "test.new", runAt: engine.time.now() + .seconds(600)))
            _ = try await engine.store.reap()
            let parked = try await engine.pool.value(
                """
                select string_agg(id || ' ' || (error like '%"test.new"%'), ', ' order by id) from bursar.job
                where state = 'parked' and park_code = 'unknown_kind'
                """, as: String.self)
            #expect(parked == "\(ids[0]) true, \(alone) true")
            // Another pass finds nothing new: those behind stay where they are.
            _ = try await engine.store.reap()
            #expect(try await engine.count("select count(*) from bursar.job where state = 'parked'") == 2)
            try await withNewer(database, engine) { newer in
                let claims = try await newer.look()
                #expect(claims.map(\.job) == [ids[0], alone])
                for claim in claims { try await newer.finish(claim) }
                #expect(try await newer.look().map(\.job) == [ids[1]])
                engine.time.advance(by: .seconds(600))
                #expect(try await newer.look().map(\.job) == [later])
            }
            try await engine.expectTalliesToBeCounts()
        }
    }

    @Test func `daemons of two versions each take their own kinds and set nothing of the other's aside`() async throws {
        try await withFleet(1) { fleet, database in
            let engine = fleet[0]
            try await withNewer(database, engine) { newer in
                for kind in ["test.work", "test.new"] { try await engine.enqueue(NewJob(kind: JobKind(kind))) }
                for one in [engine, newer] { _ = try await one.store.reap() }
                #expect(try await engine.count("select count(*) from bursar.job where state = 'parked'") == 0)
                #expect(try await engine.look().map(\.kind) == ["test.work"])
                #expect(try await newer.look().map(\.kind) == ["test.new"])
            }
        }
    }

    private func withNewer(
        _ database: TestDatabase, _ engine: TestEngine, _ body: @Sendable (TestEngine) async throws -> Void
    ) async throws {
        let limits = KindLimits(kind: "test.new", deadline: .seconds(60))
        let newer = TestEngine(database, limits: [limits], time: engine.time)
        try await withRunningPool(newer.pool) {
            try await newer.store.beat()
            try await body(newer)
            await newer.session.end()
        }
    }
}
