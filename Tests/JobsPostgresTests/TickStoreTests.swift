import Cron
import DatabaseTestSupport
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling
import TestSupport
import Testing

@Suite struct TickStoreTests {
    @Test func `a due tick becomes one job and one run that knows its period`() async throws {
        try await withEngine { engine, _ in
            try await apply([schedule("daily", "0 2 * * *")], engine)
            engine.time.advance(by: .seconds(86_400))
            #expect(try await engine.fire() == CommittedPasses(advanced: 1, enqueued: 1))
            let claim = try #require(try await engine.store.claim(limit: 5).claims.first)
            let tick = try #require(claim.tick)
            #expect(tick.zone == "America/Argentina/Buenos_Aires")
            #expect(tick.nominal.hour == 2)
            #expect(tick.previousNominal != nil)
            #expect(claim.execution != nil)
            #expect(try await engine.fire() == CommittedPasses(advanced: 0, enqueued: 0))
        }
    }

    @Test func `two daemons that decide the same tick enqueue it once`() async throws {
        try await withEngine { engine, database in
            let other = TestEngine(database, time: engine.time)
            try await withRunningPool(other.pool) {
                var schedules: [Schedule] = []
                for index in 0..<50 { schedules.append(try schedule("s\(index)", "*/5 * * * *")) }
                try await apply(schedules, engine)
                for _ in 0..<10 {
                    engine.time.advance(by: .seconds(300))
                    async let here = engine.fire()
                    async let there = other.fire()
                    _ = try await (here, there)
                }
            }
            #expect(try await engine.fire().enqueued == 0)
            #expect(try await engine.count("select count(*) from bursar.tick") == 500)
            #expect(try await engine.count("select count(*) from bursar.job") == 500)
            #expect(try await engine.count("select count(*) from bursar.run") == 500)
            #expect(
                try await engine.count("select count(*) from (select distinct schedule_id, key from bursar.tick) t")
                    == 500)
        }
    }

    @Test func `a tick decided ahead is committed when its time has come, not before, not long after`() async throws {
        try await withEngine { engine, _ in
            try await apply([schedule("hourly", "0 * * * *")], engine)
            let due = try #require(try await engine.ticks.outlook().due)
            let passes = try await engine.ticks.upcoming(at: due, limit: 10).map { ($0, $0.decide(now: due)) }
            #expect(passes.count == 1)
            for (instant, isTaken) in [
                (due - .milliseconds(1), false), (due + .milliseconds(5_001), false), (due + .seconds(5), true),
            ] {
                engine.time.set(to: instant)
                let committed = try await engine.ticks.commit(passes, within: .seconds(5))
                #expect(committed.enqueued == (isTaken ? 1 : 0) && committed.lost.isEmpty == isTaken)
            }
            #expect(try await engine.ticks.commit(passes, within: .seconds(5)).enqueued == 0)
            #expect(try await engine.count("select count(*) from bursar.tick") == 1)
        }
    }

    @Test func `a decision made before an edit commits nothing`() async throws {
        try await withEngine { engine, _ in
            try await apply([schedule("daily", "0 2 * * *")], engine)
            engine.time.advance(by: .seconds(86_400))
            let (due, now) = try await engine.ticks.due(limit: 10)
            let passes = due.map { ($0, $0.decide(now: now)) }
            try await apply([schedule("daily", "30 2 * * *")], engine)
            let committed = try await engine.ticks.commit(passes)
            #expect(committed.advanced == 0 && committed.enqueued == 0 && committed.lost == Set(due.map(\.id)))
            #expect(try await engine.count("select count(*) from bursar.tick where decision <> 'edited'") == 0)
        }
    }

    @Test
    func `an edited expression never reaches back behind the edit, an unchanged one keeps its cursor`() async throws {
        try await withEngine { engine, _ in
            try await apply([schedule("a", "0 2 * * *"), schedule("b", "0 2 * * *")], engine)
            engine.time.advance(by: .seconds(5 * 86_400))
            try await apply([schedule("a", "0 3 * * *"), schedule("b", "0 2 * * *")], engine)
            _ = try await engine.fire()
            #expect(
                try await engine.count(
                    """
                    select count(*) from bursar.tick t join bursar.schedule s on s.id = t.schedule_id
                    where s.name = 'a' and t.decision <> 'edited'
                    """)
                    == 0)
            #expect(
                try await engine.count(
                    """
                    select count(*) from bursar.tick t join bursar.schedule s on s.id = t.schedule_id
                    where s.name = 'b'
                    """)
                    == 5)
        }
    }

    @Test
    func `a schedule that the file no longer names fires nothing, and begins anew when it returns`() async throws {
        try await withEngine { engine, _ in
            try await apply([schedule("a", "0 2 * * *")], engine)
            try await apply([], engine)
            engine.time.advance(by: .seconds(3 * 86_400))
            #expect(try await engine.fire().enqueued == 0)
            try await apply([schedule("a", "0 2 * * *")], engine)
            #expect(try await engine.fire().enqueued == 0)
            engine.time.advance(by: .seconds(86_400))
            #expect(try await engine.fire().enqueued == 1)
        }
    }

    @Test func `a failed run of a schedule that says so pauses it, and its ticks wait`() async throws {
        try await withEngine { engine, _ in
            var payday = try schedule("payday", "0 2 * * *")
            payday.money = true
            payday.catchUp = .all
            payday.pauseOnFailure = true
            try await apply([payday], engine)
            engine.time.advance(by: .seconds(86_400))
            _ = try await engine.fire()
            let claim = try #require(try await engine.store.claim(limit: 1).claims.first)
            #expect(claim.money)
            #expect(try await engine.store.park(claim, because: .refused, reason: "no"))
            engine.time.advance(by: .seconds(3 * 86_400))
            #expect(try await engine.fire().enqueued == 0)
            #expect(
                try await engine.count("select count(*) from bursar.schedule where paused_reason like '%no'") == 1)
            #expect(engine.log.all == [LoggedEvents.Line(event: "BRS-2103", schedule: "payday")])
            try await engine.pool.execute(
                "update bursar.schedule set paused_at = null, paused_by = null, paused_reason = null")
            #expect(try await engine.fire().enqueued == 3)
        }
    }

    @Test
    func `a schedule that cannot be read is told of once an edit, holds up no other and is not waited for`()
        async throws
    {
        try await withEngine { engine, _ in
            try await apply([schedule("lost", "0 2 * * *"), schedule("well", "0 2 * * *")], engine)
            try await engine.pool.execute("update bursar.schedule set zone = 'Mars/Olympus' where name = 'lost'")
            for _ in 0..<3 {
                engine.time.advance(by: .seconds(86_400))
                #expect(try await engine.fire().enqueued == 1)
                let outlook = try await engine.ticks.outlook()
                #expect(try #require(outlook.due) > outlook.now)
            }
            #expect(engine.log.all == [LoggedEvents.Line(event: "BRS-2102", schedule: "lost")])
            try await engine.pool.execute(
                """
                update bursar.schedule set zone = 'Mars/Arsia', revision = revision + 1 where name = 'lost'
                """)
            _ = try await engine.fire()
            #expect(engine.log.all.map(\.event) == ["BRS-2102", "BRS-2102"])
            try await apply([schedule("lost", "0 2 * * *"), schedule("well", "0 2 * * *")], engine)
            engine.time.advance(by: .seconds(86_400))
            #expect(try await engine.fire().enqueued == 2)
        }
    }

    @Test func `a tick whose key was decided already makes no second job`() async throws {
        try await withEngine { engine, _ in
            try await apply([schedule("a", "0 2 * * *")], engine)
            engine.time.advance(by: .seconds(86_400))
            _ = try await engine.fire()
            // As after a zone file that moved the instant: the cursor goes back, the nominal time stays.
            try await engine.pool.execute(
                "update bursar.schedule set cursor = cursor - interval '1 day', next_due = cursor")
            #expect(try await engine.fire().enqueued == 0)
            #expect(try await engine.count("select count(*) from bursar.job") == 1)
        }
    }

    private func apply(_ schedules: [Schedule], _ engine: TestEngine) async throws {
        try await ScheduleRegistry(pool: engine.pool, time: engine.time).apply(schedules)
    }

    private func schedule(_ name: String, _ expression: String) throws -> Schedule {
        Schedule(
            name: name, kind: "test.work", expression: try CronExpression(expression),
            zone: try Zone("America/Argentina/Buenos_Aires"), catchUp: .all)
    }
}
