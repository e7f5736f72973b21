import Cron
import DatabaseTestSupport
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling
import TestSupport
import Testing

/// What the one statement of the law of ticks keeps, whoever decides what.
@Suite struct TickLawTests {
    @Test func `an edit that moves the time of a money schedule does not run a period twice`() async throws {
        try await withEngine { engine, _ in
            engine.time.set(to: try at("2026-10-01T01:00:00Z"))
            try await engine.apply(try .sample("sweep", "0 2 1 * *", money: true))
            engine.time.set(to: try at("2026-10-01T02:00:01Z"))
            #expect(try await engine.fire().enqueued == 1)
            // The first of the month comes once more, an hour later.
            try await engine.apply(try .sample("sweep", "0 3 1 * *", money: true))
            engine.time.set(to: try at("2026-10-01T03:00:01Z"))
            let (due, now) = try await engine.ticks.due(limit: 10)
            let committed = try await engine.ticks.commit(due.map { ($0, $0.decide(now: now)) })
            #expect(committed.advanced == 1 && committed.enqueued == 0)
            #expect(committed.settled.map(\.key) == ["2026-10-01T03:00:00"])
            #expect(
                try await engine.count(
                    """
                    select count(*) from bursar.tick t join bursar.tick o on o.job_id = t.blocked_by
                    where t.decision = 'settled' and t.period = '2026-09' and o.key = '2026-10-01T02:00:00'
                    """) == 1)
            engine.time.set(to: try at("2026-11-01T03:00:01Z"))
            #expect(try await engine.fire().enqueued == 1)
            #expect(try await engine.count("select count(*) from bursar.job") == 2)
        }
    }

    @Test func `what is no money may run again after an edit`() async throws {
        try await withEngine { engine, _ in
            engine.time.set(to: try at("2026-10-01T01:00:00Z"))
            try await engine.apply(try .sample("sweep", "0 2 1 * *"))
            engine.time.set(to: try at("2026-10-01T02:00:01Z"))
            #expect(try await engine.fire().enqueued == 1)
            try await engine.apply(try .sample("sweep", "0 3 1 * *"))
            engine.time.set(to: try at("2026-10-01T03:00:01Z"))
            #expect(try await engine.fire().enqueued == 1)
        }
    }

    @Test func `a period that was backfilled is not run by a tick`() async throws {
        try await withEngine { engine, _ in
            engine.time.set(to: try at("2026-10-02T00:00:00Z"))
            try await engine.apply(try .sample("sweep", "0 2 1 * *", money: true))
            let wish = BackfillWish(
                schedule: "sweep", from: try at("2026-10-01T00:00:00Z"), through: try at("2026-10-01T23:00:00Z"),
                includesPassedOver: false)
            let backfills = BackfillOperations(pool: engine.pool, audit: engine.audit, time: engine.time)
            let plan = try await backfills.plan(wish)
            #expect(plan.ticks.map(\.period) == ["2026-09"])
            _ = try await backfills.apply(wish, digest: plan.digest, by: .by(because: "the first month"))
            // Later in the month, but for the same one.
            try await engine.apply(try .sample("sweep", "0 2 15 * *", money: true))
            engine.time.set(to: try at("2026-10-15T02:00:01Z"))
            #expect(try await engine.fire() == CommittedPasses(advanced: 1, enqueued: 0))
            let other = BackfillWish(
                schedule: "sweep", from: try at("2026-09-20T00:00:00Z"), through: try at("2026-10-15T03:00:00Z"),
                includesPassedOver: true)
            #expect(try await backfills.plan(other).skipped.ran == 1)
        }
    }

    @Test func `a staggered job begins later than its tick, always by the same, and before the next`() async throws {
        try await withEngine { engine, _ in
            engine.time.set(to: try at("2026-10-01T00:30:00Z"))
            var schedules: [Schedule] = []
            for index in 0..<40 {
                var schedule = try Schedule.sample("s\(index)", "0 * * * *")
                schedule.stagger = .seconds(600)
                schedules.append(schedule)
            }
            try await ScheduleRegistry(pool: engine.pool, time: engine.time).apply(schedules)
            engine.time.set(to: try at("2026-10-01T01:00:00Z"))
            #expect(try await engine.fire().enqueued == 40)
            #expect(
                try await engine.count(
                    """
                    select count(*) from bursar.job j join bursar.tick t on t.job_id = j.id
                    where j.run_at >= t.instant and j.run_at < t.instant + interval '10 minutes'
                    """) == 40)
            #expect(try await engine.count("select count(distinct run_at - '2026-01-01') from bursar.job") == 40)
            #expect(try await engine.store.claim(limit: 100).claims.count < 40)
            engine.time.advance(by: .seconds(600))
            _ = try await engine.store.claim(limit: 100)
            #expect(try await engine.count("select count(*) from bursar.job where state = 'waiting'") == 0)
        }
    }

    @Test func `a skipped tick names the run that was in its way`() async throws {
        try await withEngine { engine, _ in
            var schedule = try Schedule.sample("often", "0 * * * *")
            schedule.overlap = .skip
            try await engine.apply(schedule)
            engine.time.advance(by: .seconds(3_600))
            #expect(try await engine.fire().enqueued == 1)
            engine.time.advance(by: .seconds(3_600))
            #expect(try await engine.fire().enqueued == 0)
            let inTheWay: SQL = """
                select count(*) from bursar.tick t join bursar.run r on r.job_id = t.blocked_by
                where t.decision = 'overlap'
                """
            #expect(try await engine.count(inTheWay) == 1)
            let claim = try #require(try await engine.store.claim(limit: 1).claims.first)
            try await engine.store.finish(claim, report: RunReport(totals: "{}", hasWarnings: false)) { _ in }
            // Three at once: the first is in the way of the others.
            engine.time.advance(by: .seconds(3 * 3_600))
            #expect(try await engine.fire().enqueued == 1)
            #expect(try await engine.count(inTheWay) == 3)
            #expect(try await engine.count("select count(distinct blocked_by) from bursar.tick") == 2)
        }
    }

    @Test func `a period that was run is in no other period's way, though overlaps are skipped`() async throws {
        try await withEngine { engine, _ in
            engine.time.set(to: try at("2026-10-01T01:00:00Z"))
            var schedule = try Schedule.sample("sweep", "0 2 1 * *", money: true)
            schedule.overlap = .skip
            try await engine.apply(schedule)
            // September was run by hand already, under a key of its own.
            try await engine.pool.execute(
                """
                insert into bursar.tick (schedule_id, key, instant, nominal, decision, period, job_id, decided_at)
                select id, 'backfill/2026-10-01T02:00:00', '2026-10-01T02:00:00Z', '2026-10-01T02:00:00', 'enqueued',
                       '2026-09', nextval('bursar.job_id'), now()
                from bursar.schedule
                """)
            engine.time.set(to: try at("2026-12-01T02:00:01Z"))
            #expect(try await engine.fire().enqueued == 1)
            let decided = try await engine.pool.value(
                "select string_agg(period || ' ' || decision, ', ' order by instant, id) from bursar.tick",
                as: String.self)
            #expect(decided == "2026-09 enqueued, 2026-09 settled, 2026-10 enqueued, 2026-11 overlap")
        }
    }

    @Test func `a million missed minutes are a few rows, and nothing is done a second time`() async throws {
        try await withEngine { engine, _ in
            var schedule = try Schedule.sample("minutes", "* * * * *")
            schedule.catchUp = .latest
            try await engine.apply(schedule)
            engine.time.advance(by: .seconds(60 * 300_000))
            #expect(try await engine.fire() == CommittedPasses(advanced: 3, enqueued: 1))
            #expect(try await engine.count("select sum(ticks)::bigint from bursar.tick") == 300_000)
            #expect(try await engine.count("select count(*) from bursar.tick") == 4)
            #expect(
                try await engine.count(
                    "select count(*) from bursar.tick where ticks > 1 and last_instant > instant and job_id is null")
                    == 3)
        }
    }

    @Test func `ticks that an edit passed over have rows that say so`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("a", "0 2 * * *"))
            engine.time.advance(by: .seconds(3 * 86_400))
            let outcome = try await engine.apply(try .sample("a", "0 3 * * *"))
            guard case .applied(let changes) = outcome else { throw NotApplied() }
            let passedOver = changes.compactMap { change -> Int? in
                if case .passedOver(let ticks, _) = change.what { ticks } else { nil }
            }
            #expect(passedOver == [3])
            #expect(try await engine.count("select count(*) from bursar.tick where decision = 'edited'") == 3)
            _ = try await engine.fire()
            #expect(try await engine.count("select count(*) from bursar.job") == 0)
        }
    }

    private struct NotApplied: Error {}

    private func at(_ text: String) throws -> Instant {
        try #require(Instant(rfc3339: text))
    }
}
