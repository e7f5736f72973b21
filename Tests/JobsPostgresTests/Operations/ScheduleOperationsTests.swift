import DatabaseTestSupport
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling
import TestSupport
import Testing

@Suite struct ScheduleOperationsTests {
    @Test func `an operator's schedule fires, is edited, and is gone when deleted`() async throws {
        try await withEngine { engine, _ in
            #expect(try await engine.schedules.put(try .sample("own"), keepsEnabled: true, by: .by()) == .created)
            engine.time.advance(by: .seconds(86_400))
            #expect(try await engine.fire().enqueued == 1)
            let edited = try Schedule.sample("own", "0 3 * * *")
            #expect(try await engine.schedules.put(edited, keepsEnabled: true, by: .by("bob")) == .edited)
            let view = try #require(try await engine.pool.first(ScheduleByName("own")))
            #expect(view.stored.expression == "0 3 * * *" && view.madeBy == "bob")
            #expect(try await engine.schedules.put(edited, keepsEnabled: true, by: .by()) == .unchanged)
            try await engine.schedules.delete("own", by: .by())
            engine.time.advance(by: .seconds(86_400))
            #expect(try await engine.fire().enqueued == 0)
            await refused(.notFound) { try await engine.schedules.delete("own", by: .by()) }
            #expect(try await engine.audited("schedule.create").count == 1)
            #expect(try await engine.audited("schedule.edit").count == 1)
            #expect(try await engine.audited("schedule.delete") == ["schedule own"])
        }
    }

    @Test func `a schedule of the file is neither edited nor deleted here`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("theirs"))
            let edit = await refused(.conflict) {
                _ = try await engine.schedules.put(try .sample("theirs", "0 3 * * *"), keepsEnabled: true, by: .by())
            }
            #expect(edit?.place == OperationRefusal.filePlace)
            await refused(.conflict) { try await engine.schedules.delete("theirs", by: .by()) }
            #expect(try await engine.pool.first(ScheduleByName("theirs"))?.stored.expression == "0 2 * * *")
        }
    }

    @Test func `a kind that no daemon runs is refused`() async throws {
        try await withEngine { engine, _ in
            var wish = try Schedule.sample("own")
            wish.kind = "test.unknown"
            let schedule = wish
            await refused(.invalid) { _ = try await engine.schedules.put(schedule, keepsEnabled: true, by: .by()) }
            #expect(try await engine.pool.run(AllSchedules()).isEmpty)
        }
    }

    @Test func `an operator's schedule keeps its name when a file comes with it, and the rest goes on`() async throws {
        try await withEngine { engine, _ in
            _ = try await engine.schedules.put(try .sample("own"), keepsEnabled: true, by: .by())
            let outcome = try await engine.apply(try .sample("own", "0 3 * * *"), try .sample("theirs"))
            #expect(
                outcome
                    == .applied([
                        .init(name: "own", what: .nameTaken(by: "alice", since: engine.time.now())),
                        .init(name: "theirs", what: .added),
                    ]))
            #expect(try await engine.pool.first(ScheduleByName("own"))?.stored.expression == "0 2 * * *")
            try await engine.schedules.delete("own", by: .by())
            #expect(
                try await engine.apply(try .sample("own", "0 3 * * *"), try .sample("theirs"))
                    == .applied([.init(name: "own", what: .added)]))
            #expect(try await engine.apply() != .applied([]))
        }
    }

    @Test func `a switch outlives every reload until a person switches back`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("a"))
            #expect(try await engine.schedules.setEnabled(false, of: "a", by: .by(because: "too loud")))
            let toggle = ScheduleToggle(
                enabled: false, at: engine.time.now(), by: "alice", reason: "too loud")
            for _ in 0..<2 {
                #expect(
                    try await engine.apply(try .sample("a"))
                        == .applied([.init(name: "a", what: .keptToggle(toggle, fileSays: true))]))
            }
            engine.time.advance(by: .seconds(86_400))
            #expect(try await engine.fire().enqueued == 0)
            #expect(try await engine.count("select count(*) from bursar.tick where decision = 'disabled'") == 1)
            #expect(try await engine.schedules.setEnabled(true, of: "a", by: .by()))
            #expect(try await engine.apply(try .sample("a")) == .applied([]))
            engine.time.advance(by: .seconds(86_400))
            #expect(try await engine.fire().enqueued == 1)
        }
    }

    @Test func `the same state again changes nothing and is not written down again`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("a"))
            let schedules = engine.schedules
            for (index, expected) in [true, false].enumerated() {
                #expect(try await schedules.pause("a", by: .by("p\(index)")) == expected)
            }
            #expect(try await engine.pool.first(ScheduleByName("a"))?.pause?.by == "p0")
            for expected in [true, false] { #expect(try await schedules.resume("a", by: .by()) == expected) }
            for expected in [true, false] {
                #expect(try await schedules.setEnabled(false, of: "a", by: .by()) == expected)
            }
            for expected in [true, false] {
                #expect(try await schedules.setEnabled(true, of: "a", by: .by()) == expected)
            }
            for action in ["pause", "resume", "disable", "enable"] {
                #expect(try await engine.audited("schedule." + action) == ["schedule a"], "\(action)")
            }
            #expect(try await engine.count("select count(*) from bursar.schedule_toggle") == 2)
        }
    }

    @Test func `what moves money wants a reason, and is not touched without one`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("payday", money: true))
            let schedules = engine.schedules
            await refused(.invalid) { _ = try await schedules.pause("payday", by: .by()) }
            await refused(.invalid) { _ = try await schedules.setEnabled(false, of: "payday", by: .by()) }
            await refused(.invalid) {
                _ = try await schedules.put(try .sample("own", money: true), keepsEnabled: true, by: .by())
            }
            #expect(try await engine.pool.first(ScheduleByName("payday"))?.pause == nil)
            #expect(try await schedules.pause("payday", by: .by(because: "an audit")))
            #expect(try await engine.pool.first(ScheduleByName("payday"))?.pause?.reason == "an audit")
        }
    }

    @Test func `a pause keeps ticks waiting, and a resume decides them by the catch-up law`() async throws {
        try await withEngine { engine, _ in
            var latest = try Schedule.sample("latest")
            latest.catchUp = .latest
            try await engine.apply(try .sample("all"), latest)
            for name in ["all", "latest"] { _ = try await engine.schedules.pause(name, by: .by()) }
            engine.time.advance(by: .seconds(3 * 86_400 + 3_600))
            #expect(try await engine.fire() == CommittedPasses(advanced: 0, enqueued: 0))
            for name in ["all", "latest"] { _ = try await engine.schedules.resume(name, by: .by()) }
            #expect(try await engine.fire() == CommittedPasses(advanced: 2, enqueued: 4))
            #expect(try await engine.count("select count(*) from bursar.tick where decision = 'missed'") == 2)
        }
    }

    @Test func `a pause while a tick commits comes before it or after it`() async throws {
        try await withEngine { engine, _ in
            var total: Int64 = 0
            for round in 0..<20 {
                try await engine.apply(try .sample("a\(round)"))
                engine.time.advance(by: .seconds(86_400))
                let (due, now) = try await engine.ticks.due(limit: 10)
                let passes = due.map { ($0, $0.decide(now: now)) }
                async let committed = engine.ticks.commit(passes)
                async let paused = engine.schedules.pause("a\(round)", by: .by())
                let (passed, isPaused) = try await (committed, paused)
                #expect(isPaused)
                total += Int64(passed.enqueued)
                #expect(try await engine.count("select count(*) from bursar.job") == total)
                // Held, whatever came first; nothing is lost when it goes on.
                #expect(try await engine.fire().enqueued == 0)
                _ = try await engine.schedules.resume("a\(round)", by: .by())
                total += Int64(try await engine.fire().enqueued)
                #expect(total == Int64(round) + 1)
            }
        }
    }

    @Test func `a daemon whose file does not hold goes on firing operators' schedules`() async throws {
        try await withEngine { engine, _ in
            try await ScheduleRegistry(pool: engine.pool, time: engine.time).apply(
                [try .sample("theirs")], digest: "another")
            engine.ticks.fileDigest.set("mine")
            _ = try await engine.schedules.put(try .sample("own"), keepsEnabled: true, by: .by())
            engine.time.advance(by: .seconds(86_400))
            #expect(try await engine.fire() == CommittedPasses(advanced: 1, enqueued: 1))
            #expect(try await engine.pool.value("select source from bursar.run", as: String.self) == "own")
        }
    }

    @Test func `a name that the file gave up begins without its old holds and switches`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("a"))
            _ = try await engine.schedules.pause("a", by: .by())
            _ = try await engine.schedules.setEnabled(false, of: "a", by: .by())
            try await engine.apply()
            #expect(try await engine.schedules.put(try .sample("a"), keepsEnabled: true, by: .by()) == .created)
            let view = try #require(try await engine.pool.first(ScheduleByName("a")))
            #expect(view.pause == nil && view.toggle == nil && view.stored.enabled && view.madeBy == "alice")
            engine.time.advance(by: .seconds(86_400))
            #expect(try await engine.fire().enqueued == 1)
        }
    }

    @Test func `an edit leaves a schedule switched off unless it says otherwise`() async throws {
        try await withEngine { engine, _ in
            _ = try await engine.schedules.put(try .sample("own"), keepsEnabled: true, by: .by())
            _ = try await engine.schedules.setEnabled(false, of: "own", by: .by())
            _ = try await engine.schedules.put(try .sample("own", "0 3 * * *"), keepsEnabled: true, by: .by())
            #expect(try await engine.pool.first(ScheduleByName("own"))?.stored.enabled == false)
            _ = try await engine.schedules.put(try .sample("own", "0 3 * * *"), keepsEnabled: false, by: .by())
            #expect(try await engine.pool.first(ScheduleByName("own"))?.stored.enabled == true)
            #expect(try await engine.count("select count(*) from bursar.schedule_toggle") == 2)
            // Deleted and made again, it begins without its old switches.
            try await engine.schedules.delete("own", by: .by())
            #expect(try await engine.count("select count(*) from bursar.schedule_toggle where void_at is null") == 0)
        }
    }
}
