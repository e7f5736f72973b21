import Cron
import DatabaseTestSupport
import JobsPostgres
import Postgres
import Primitives
import Scheduling
import Synchronization
import TestSupport
import Testing

/// Zone files that are replaced while schedules go by them: two trees, compiled from two sources.
@Suite struct ZoneUpdateTests {
    /// The sun's land moves its clock at the end of September; the newer source says that it does not, and stays an
    /// hour behind.
    private static let older = """
        Zone Test/Sunland 2:00 - SLT 2026 Sep 30 12:00
                          3:00 - SLT
        """
    private static let newer = "Zone Test/Sunland 2:00 - SLT"

    @Test func `a tick that was run is not run again when an update moves its instant ahead`() async throws {
        let (old, new) = try (ZoneTree(Self.older), ZoneTree(Self.newer))
        try await withEngine { engine, _ in
            let before = store(engine, old)
            engine.time.set(to: try at("2026-10-01T00:00:00Z"))
            try await apply("0 4 * * *", old, engine)
            engine.time.set(to: try at("2026-10-02T01:00:00Z"))
            #expect(try await fire(before, engine) == 2)
            #expect(try await keys(engine) == ["2026-10-01T04:00:00", "2026-10-02T04:00:00"])
            // Under the newer rules the second of October's 04:00 is yet to come, at 02:00Z.
            let moved = try await ScheduleRegistry(pool: engine.pool, time: engine.time).reckon { try new.zone($0) }
            let instants = (old: try at("2026-10-03T01:00:00Z"), new: try at("2026-10-03T02:00:00Z"))
            #expect(moved.map(\.what) == [.moved(from: instants.old, to: instants.new)])
            let after = store(engine, new)
            engine.time.set(to: try at("2026-10-02T02:00:00Z"))
            #expect(try await fire(after, engine) == 0)
            engine.time.set(to: try at("2026-10-03T02:00:00Z"))
            #expect(try await fire(after, engine) == 1)
            #expect(
                try await keys(engine) == ["2026-10-01T04:00:00", "2026-10-02T04:00:00", "2026-10-03T04:00:00"])
        }
    }

    @Test func `a tick that was not run is run, late, when an update moves its instant behind`() async throws {
        let (old, new) = try (ZoneTree(Self.newer), ZoneTree(Self.older))
        try await withEngine { engine, _ in
            let before = store(engine, old)
            engine.time.set(to: try at("2026-10-01T00:00:00Z"))
            try await apply("0 0-23 * * *", old, engine)
            engine.time.set(to: try at("2026-10-02T01:00:00Z"))
            _ = try await fire(before, engine)
            #expect(try await keys(engine).last == "2026-10-02T03:00:00")
            // It is 04:00 by the newer rules, and nobody ran 04:00.
            let moved = try await ScheduleRegistry(pool: engine.pool, time: engine.time).reckon { try new.zone($0) }
            #expect(moved.count == 1)
            engine.time.advance(by: .seconds(1))
            #expect(try await fire(store(engine, new), engine) == 1)
            #expect(try await keys(engine).last == "2026-10-02T04:00:00")
            let late = try await engine.count("select count(*) from bursar.job where run_at > '2026-10-02T01:00:00Z'")
            #expect(late == 0)
        }
    }

    @Test
    func `a store that has read a zone reads it anew once the files are forgotten, as by a reload`() async throws {
        let (old, new) = try (ZoneTree(Self.older), ZoneTree(Self.newer))
        try await withEngine { engine, _ in
            let isUpdated = Atomic(false)
            let store = PostgresTickStore(
                pool: engine.pool, time: engine.time,
                zones: { try (isUpdated.load(ordering: .relaxed) ? new : old).zone($0) }, logger: engine.log.logger)
            engine.time.set(to: try at("2026-10-01T00:00:00Z"))
            try await apply("0 4 * * *", old, engine)
            engine.time.set(to: try at("2026-10-01T01:00:00Z"))
            #expect(try await fire(store, engine) == 1)
            isUpdated.store(true, ordering: .relaxed)
            engine.time.set(to: try at("2026-10-02T01:00:00Z"))
            // The files were replaced, and nobody said so yet: what was read holds.
            #expect(try await offset(store, engine) == 3 * 3_600)
            ZoneFiles.forget()
            _ = try await ScheduleRegistry(pool: engine.pool, time: engine.time).reckon { try new.zone($0) }
            #expect(try await fire(store, engine) == 0)
            engine.time.set(to: try at("2026-10-02T02:00:00Z"))
            #expect(try await offset(store, engine) == 2 * 3_600)
            #expect(try await fire(store, engine) == 1)
            #expect(try await keys(engine) == ["2026-10-01T04:00:00", "2026-10-02T04:00:00"])
        }
    }

    @Test func `files that say the same move nothing`() async throws {
        let tree = try ZoneTree(Self.older)
        try await withEngine { engine, _ in
            try await apply("0 4 * * *", tree, engine)
            #expect(
                try await ScheduleRegistry(pool: engine.pool, time: engine.time).reckon { try tree.zone($0) } == [])
        }
    }

    private func store(_ engine: TestEngine, _ tree: ZoneTree) -> PostgresTickStore {
        PostgresTickStore(
            pool: engine.pool, time: engine.time, zones: { try tree.zone($0) }, logger: engine.log.logger)
    }

    private func apply(_ expression: String, _ tree: ZoneTree, _ engine: TestEngine) async throws {
        try await ScheduleRegistry(pool: engine.pool, time: engine.time).apply([
            Schedule(
                name: "s", kind: "test.work", expression: try CronExpression(expression),
                zone: try tree.zone("Test/Sunland"), catchUp: .all)
        ])
    }

    private func fire(_ store: PostgresTickStore, _ engine: TestEngine) async throws -> Int {
        var enqueued = 0
        for _ in 0..<10 {
            let (due, now) = try await store.due(limit: 10)
            if due.isEmpty { break }
            enqueued += try await store.commit(due.map { ($0, $0.decide(now: now)) }).enqueued
        }
        return enqueued
    }

    /// Of the clock that the due schedule goes by.
    private func offset(_ store: PostgresTickStore, _ engine: TestEngine) async throws -> Int? {
        try await store.due(limit: 1).due.first?.schedule.zone.offset(at: engine.time.now())
    }

    private func keys(_ engine: TestEngine) async throws -> [String] {
        var rows = try await engine.pool.query("select key from bursar.tick order by id")
        return try rows.indices.map { try rows[$0].next(String.self) }
    }

    private func at(_ text: String) throws -> Instant {
        try #require(Instant(rfc3339: text))
    }
}
