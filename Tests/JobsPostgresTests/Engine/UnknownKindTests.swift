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

    @Test
    func `what a reaper sets aside that had not seen the daemon which knows it is freed by the next`() async throws {
        try await withFleet(1, poolSize: 4) { fleet, database in
            let engine = fleet[0]
            let id = try await engine.enqueue(NewJob(kind: "test.new"))
            try await engine.pool.run(FoldTally())
            let newer = TestEngine(
                database, limits: [KindLimits(kind: "test.new", deadline: .seconds(60))], time: engine.time)
            try await withRunningPool(newer.pool) {
                try await engine.pool.transaction { transaction in
                    #expect(try await transaction.run(SettleWaiting(now: engine.time.now())) == [id])
                    // It registers, and what is to be set aside still waits as far as it can see.
                    try await newer.store.beat()
                }
                #expect(try await engine.count("select count(*) from bursar.job where state = 'parked'") == 1)
                _ = try await engine.store.reap()
                #expect(try await newer.look().map(\.job) == [id])
                await newer.session.end()
            }
            try await engine.expectTalliesToBeCounts()
        }
    }

    @Test func `a job that somebody changes while it is to be freed is freed once, or not at all`() async throws {
        try await withFleet(1, poolSize: 4) { fleet, _ in
            let engine = fleet[0]
            let freed = try await engine.enqueue(NewJob(kind: "test.new"))
            let asked = try await engine.enqueue(NewJob(kind: "test.new"))
            _ = try await engine.store.reap()
            let isChanged = Signal()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await isChanged.wait()
                    _ = try await engine.pool.run(FreeKnownKinds(kinds: ["test.new"]))
                }
                try await engine.pool.transaction { transaction in
                    try await transaction.run(FreeParkedJob(id: freed, now: engine.time.now()))
                    try await transaction.execute("update bursar.job set park_code = 'asked' where id = \(asked)")
                    isChanged.raise()
                    try await until {
                        try await engine.count(
                            """
                            select count(*) from pg_stat_activity
                            where wait_event_type = 'Lock' and datname = current_database()
                            """) == 1
                    }
                }
                try await group.waitForAll()
            }
            let states = try await engine.pool.value(
                "select string_agg(state || coalesce(' ' || park_code, ''), ', ' order by id) from bursar.job",
                as: String.self)
            #expect(states == "waiting, parked asked")
            try await engine.expectTalliesToBeCounts()
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
