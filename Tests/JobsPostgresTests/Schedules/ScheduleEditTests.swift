import Cron
import DatabaseTestSupport
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling
import TestSupport
import Testing

/// What an edit does to ticks that nobody decided yet, and to runs that have not ended.
@Suite struct ScheduleEditTests {
    @Test func `a local time that an edit of the zone brings again is run, if it was passed over`() async throws {
        try await withEngine { engine, _ in
            try await travel("0 2 * * *", engine, firesBefore: false)
            #expect(try await engine.count("select count(*) from bursar.tick where decision = 'edited'") == 1)
            engine.time.set(to: try at("2026-10-02T01:00:01Z"))
            #expect(try await engine.fire().enqueued == 1)
            #expect(
                try await engine.count(
                    """
                    select count(*) from bursar.tick t join bursar.run r on r.job_id = t.job_id
                    where t.key = '2026-10-02T02:00:00' and t.decision = 'enqueued' and t.period = '2026-10-01'
                      and t.instant = '2026-10-02T01:00:00Z' and r.tick_instant = t.instant
                    """) == 1)
        }
    }

    @Test func `so is one that began a long stretch of ticks passed over`() async throws {
        try await withEngine { engine, _ in
            try await travel("0-59 2 * * *", engine, firesBefore: false)
            #expect(try await engine.count("select count(*) from bursar.tick where ticks = 31") == 1)
            engine.time.set(to: try at("2026-10-02T01:00:01Z"))
            #expect(try await engine.fire().enqueued == 1)
        }
    }

    @Test func `a local time that comes again after its run is not run again, and that is said`() async throws {
        try await withEngine { engine, _ in
            try await travel("0 2 * * *", engine, money: false, firesBefore: true)
            engine.time.set(to: try at("2026-10-02T01:00:01Z"))
            let scheduler = Scheduler(
                store: engine.ticks, timer: NoTimer(), time: engine.time, logger: engine.log.logger, onEnqueued: {})
            _ = try await scheduler.pass()
            #expect(try await engine.count("select count(*) from bursar.job") == 1)
            #expect(engine.log.all == [LoggedEvents.Line(event: "BRS-2104", schedule: "s")])
        }
    }

    @Test func `a tick found later than its greatest lateness is told of, and starts nothing`() async throws {
        try await withEngine { engine, _ in
            var schedule = try Schedule.sample("late")
            schedule.maxLateness = .seconds(600)
            try await engine.apply(schedule, try .sample("well"))
            engine.time.advance(by: .seconds(2 * 86_400))
            let scheduler = Scheduler(
                store: engine.ticks, timer: NoTimer(), time: engine.time, logger: engine.log.logger, onEnqueued: {})
            _ = try await scheduler.pass()
            #expect(engine.log.all == [LoggedEvents.Line(event: "BRS-2104", schedule: "late")])
            #expect(try await engine.count("select count(*) from bursar.tick where decision = 'missed'") == 2)
            #expect(try await engine.count("select count(*) from bursar.job") == 2)
        }
    }

    @Test func `ticks of a schedule that the file no longer names have rows that say so`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("a"), try .sample("b"))
            engine.time.advance(by: .seconds(3 * 86_400))
            let outcome = try await engine.apply(try .sample("b"))
            guard case .applied(let changes) = outcome else { throw NotApplied() }
            #expect(changes.map(\.name) == ["a", "a"])
            #expect(changes.first?.what == .removed)
            #expect(changes.contains { if case .passedOver(3, _) = $0.what { true } else { false } })
            #expect(try await engine.count("select count(*) from bursar.tick where decision = 'edited'") == 3)
            // Removed once.
            #expect(try await engine.apply(try .sample("b")) == .applied([]))
        }
    }

    @Test func `so have those of a schedule that an operator takes out`() async throws {
        try await withEngine { engine, _ in
            _ = try await engine.schedules.put(try .sample("own"), keepsEnabled: true, by: .by())
            engine.time.advance(by: .seconds(3 * 86_400))
            try await engine.schedules.delete("own", by: .by())
            #expect(try await engine.count("select count(*) from bursar.tick where decision = 'edited'") == 3)
        }
    }

    @Test(arguments: [Schedule.Overlap.queue, .skip])
    func `an edit that ends the allowing of overlaps sees the run that goes on`(
        overlap: Schedule.Overlap
    ) async throws {
        try await withEngine { engine, _ in
            var schedule = try Schedule.sample("often", "0 * * * *")
            schedule.overlap = .allow
            try await engine.apply(schedule)
            engine.time.advance(by: .seconds(3_600))
            #expect(try await engine.fire().enqueued == 1)
            let claim = try #require(try await engine.look().first)
            #expect(claim.place == nil)
            schedule.overlap = overlap
            try await engine.apply(schedule)
            engine.time.advance(by: .seconds(3_600))
            #expect(try await engine.fire().enqueued == (overlap == .queue ? 1 : 0))
            _ = try await engine.store.reap()
            #expect(try await engine.look().isEmpty)
            let skipped = try await engine.count(
                "select count(*) from bursar.tick where decision = 'overlap' and blocked_by = \(claim.job)")
            #expect(skipped == (overlap == .skip ? 1 : 0))
            // It keeps its place while what it began goes on.
            let execution = try #require(claim.execution)
            try await engine.store.finish(claim, report: RunReport(totals: "{}", hasWarnings: false)) {
                _ = try await $0.enqueue(NewJob(kind: "test.work", partOf: execution), now: engine.time.now())
            }
            _ = try await engine.store.reap()
            let children = try await engine.look()
            #expect(children.map(\.execution) == [execution] && children.allSatisfy { !$0.isRoot })
            for child in children { try await engine.finish(child) }
            _ = try await engine.store.reap()
            #expect(try await engine.look().count == (overlap == .queue ? 1 : 0))
            engine.time.advance(by: .seconds(3_600))
            #expect(try await engine.fire().enqueued == 1)
        }
    }

    @Test func `a tick waits behind the jobs of its line, even if each of them is held`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("often", "0 * * * *"))
            engine.time.advance(by: .seconds(2 * 3_600))
            #expect(try await engine.fire().enqueued == 2)
            try await engine.pool.execute("delete from bursar.job where not held")
            engine.time.advance(by: .seconds(3_600))
            #expect(try await engine.fire().enqueued == 1)
            #expect(try await engine.count("select count(*) from bursar.job where held") == 2)
            _ = try await engine.store.reap()
            #expect(try await engine.count("select min(id) from bursar.job where not held") == 2)
        }
    }

    /// A schedule of Tokyo is edited to be one of London, which comes to each local time eight hours later, half an
    /// hour after the second of October's 02:00 was due in Tokyo.
    private func travel(
        _ expression: String, _ engine: TestEngine, money: Bool = true, firesBefore: Bool
    ) async throws {
        engine.time.set(to: try at("2026-10-01T12:00:00Z"))
        var schedule = try Schedule.sample("s", expression, money: money)
        schedule.catchUpLimit = 5
        schedule.zone = try Zone("Asia/Tokyo")
        try await engine.apply(schedule)
        engine.time.set(to: try at("2026-10-01T17:30:00Z"))
        if firesBefore { #expect(try await engine.fire().enqueued == 1) }
        schedule.zone = try Zone("Europe/London")
        try await engine.apply(schedule)
        #expect(try await engine.fire().advanced == 0)
    }

    private struct NotApplied: Error {}

    private struct NoTimer: WakeTimer {
        func sleep(until instant: Instant) async {}
    }

    private func at(_ text: String) throws -> Instant {
        try #require(Instant(rfc3339: text))
    }
}
