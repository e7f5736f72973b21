import Cron
import DatabaseTestSupport
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling
import TestSupport
import Testing

@Suite struct BackfillTests {
    /// The five days before the clock begins.
    private static let days = 5

    @Test func `a plan shows what would run and changes nothing`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("a"))
            let plan = try await engine.backfills.plan(wish(engine))
            #expect(plan.ticks.count == Self.days && plan.skipped.ran + plan.skipped.undecided == 0)
            #expect(plan.ticks.map(\.instant) == plan.ticks.map(\.instant).sorted())
            #expect(plan.digest.utf8.count == 64)
            #expect(try await engine.backfills.plan(wish(engine)) == plan)
            #expect(try await engine.count("select count(*) from bursar.tick") == 0)
            #expect(try await engine.count("select count(*) from bursar.audit_entry") == 0)
        }
    }

    @Test
    func `its runs come in the order of their ticks, each with its period, under keys of their own`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("a"))
            let plan = try await engine.backfills.plan(wish(engine))
            let started = try await engine.backfills.apply(wish(engine), digest: plan.digest, by: .by())
            #expect(started.count == Self.days)
            for tick in plan.ticks {
                let claims = try await engine.store.claim(limit: 10).claims
                #expect(claims.count == 1)
                let claim = try #require(claims.first)
                #expect(claim.tick?.instant == tick.instant && claim.tick?.nominal == tick.nominal)
                #expect(claim.tick?.previousNominal == tick.previousNominal && claim.tick?.zone == "UTC")
                try await engine.store.finish(claim, report: RunReport(totals: "{}", hasWarnings: false)) { _ in }
            }
            #expect(
                try await engine.count(
                    """
                    select count(*) from bursar.run
                    where trigger = 'manual' and source = 'operator alice: backfill' and outcome = 'success'
                    """) == 5)
            #expect(try await engine.count("select count(*) from bursar.tick where key like 'backfill/%'") == 5)
            #expect(try await engine.audited("schedule.backfill") == ["schedule a"])
        }
    }

    @Test func `a span with far too many ticks is refused with their number`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("a", "* * * * *"))
            let now = engine.time.now()
            for minutes in [10_001, 150_000] {
                let wish = BackfillWish(
                    schedule: "a", from: now - .seconds(60 * minutes), through: now - .seconds(1),
                    includesPassedOver: false)
                let refusal = await refused(.invalid) { _ = try await engine.backfills.plan(wish) }
                #expect(refusal?.detail.contains("the span has \(minutes) ticks") == true, "\(minutes)")
            }
        }
    }

    @Test func `two that start the same plan at once start it once`() async throws {
        for _ in 0..<3 {
            try await withEngine { engine, _ in
                try await engine.apply(try .sample("a"))
                let plan = try await engine.backfills.plan(wish(engine))
                let granted = await withTaskGroup(of: Bool.self) { group in
                    for name in ["alice", "bob", "carol"] {
                        group.addTask {
                            let started = try? await engine.backfills.apply(
                                wish(engine), digest: plan.digest, by: .by(name))
                            return started != nil
                        }
                    }
                    return await group.reduce(0) { $1 ? $0 + 1 : $0 }
                }
                #expect(granted == 1)
                #expect(try await engine.count("select count(*) from bursar.job") == 5)
            }
        }
    }

    @Test func `a plan is refused once the schedule or what has run is another`() async throws {
        try await withEngine { engine, _ in
            _ = try await engine.schedules.put(try .sample("a"), keepsEnabled: true, by: .by())
            let plan = try await engine.backfills.plan(wish(engine))
            var edited = try Schedule.sample("a")
            edited.payload = #"{"mode":"full"}"#
            _ = try await engine.schedules.put(edited, keepsEnabled: true, by: .by())
            let refusal = await refused(.conflict) {
                _ = try await engine.backfills.apply(wish(engine), digest: plan.digest, by: .by())
            }
            #expect(refusal?.place == "body field digest")
            #expect(try await engine.count("select count(*) from bursar.job") == 0)
        }
    }

    @Test func `what ran is passed over, and what was missed runs when asked for`() async throws {
        try await withEngine { engine, _ in
            var missing = try Schedule.sample("a")
            missing.catchUp = .latest
            try await engine.apply(missing)
            engine.time.advance(by: .seconds(5 * 86_400))
            #expect(try await engine.fire().enqueued == 1)
            let plan = try await engine.backfills.plan(wish(engine))
            #expect(plan.ticks.isEmpty && plan.skipped.ran == 1 && plan.skipped.passedOver == 4)
            await refused(.conflict) {
                _ = try await engine.backfills.apply(wish(engine), digest: plan.digest, by: .by())
            }
            let wider = try await engine.backfills.plan(wish(engine, passedOver: true))
            #expect(wider.ticks.count == 4 && wider.skipped.ran == 1)
            _ = try await engine.backfills.apply(wish(engine, passedOver: true), digest: wider.digest, by: .by())
            let after = try await engine.backfills.plan(wish(engine, passedOver: true))
            #expect(after.ticks.isEmpty && after.skipped.backfilled == 4)
        }
    }

    @Test func `ticks that the scheduler has yet to decide are left to it`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("a"))
            _ = try await engine.schedules.pause("a", by: .by())
            engine.time.advance(by: .seconds(5 * 86_400))
            let plan = try await engine.backfills.plan(wish(engine))
            #expect(plan.ticks.isEmpty && plan.skipped.undecided == 5)
            _ = try await engine.schedules.resume("a", by: .by())
            #expect(try await engine.fire().enqueued == 5)
        }
    }

    @Test func `the future, too many ticks, and a span without an end are refused with the count`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("a"), try .sample("minutes", "* * * * *"))
            let now = engine.time.now()
            let future = await refused(.invalid) {
                _ = try await engine.backfills.plan(
                    BackfillWish(
                        schedule: "a", from: now, through: now + .seconds(3 * 86_400), includesPassedOver: false))
            }
            #expect(future?.detail.contains("3 ticks") == true)
            let many = await refused(.invalid) {
                _ = try await engine.backfills.plan(
                    BackfillWish(
                        schedule: "minutes", from: now - .seconds(20 * 86_400), through: now,
                        includesPassedOver: false))
            }
            #expect(many?.detail.contains("28801 ticks") == true || many?.detail.contains("28800 ticks") == true)
            await refused(.invalid) {
                _ = try await engine.backfills.plan(
                    BackfillWish(schedule: "a", from: now, through: now - .seconds(1), includesPassedOver: false))
            }
            await refused(.notFound) {
                _ = try await engine.backfills.plan(
                    BackfillWish(schedule: "none", from: now, through: now, includesPassedOver: false))
            }
        }
    }

    @Test func `as many ticks as one backfill takes are started in one transaction`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("minutes", "* * * * *"))
            let now = engine.time.now()
            let wish = BackfillWish(
                schedule: "minutes", from: now - .seconds(60 * BackfillPlan.ticksMax - 30), through: now,
                includesPassedOver: false)
            let plan = try await engine.backfills.plan(wish)
            #expect(plan.ticks.count == BackfillPlan.ticksMax)
            #expect(
                try await engine.backfills.apply(wish, digest: plan.digest, by: .by()).count == BackfillPlan.ticksMax)
        }
    }

    @Test func `where money moves a reason is asked for, and the jobs are of money`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("payday", money: true))
            let wish = BackfillWish(
                schedule: "payday", from: engine.time.now() - .seconds(5 * 86_400), through: engine.time.now(),
                includesPassedOver: false)
            let plan = try await engine.backfills.plan(wish)
            await refused(.invalid) { _ = try await engine.backfills.apply(wish, digest: plan.digest, by: .by()) }
            _ = try await engine.backfills.apply(wish, digest: plan.digest, by: .by(because: "the outage"))
            #expect(try await engine.count("select count(*) from bursar.job where money") == 5)
        }
    }

    private func wish(_ engine: TestEngine, passedOver: Bool = false) -> BackfillWish {
        BackfillWish(
            schedule: "a", from: engine.time.now() - .seconds(5 * 86_400), through: engine.time.now(),
            includesPassedOver: passedOver)
    }
}

extension TestEngine {
    fileprivate var backfills: BackfillOperations { BackfillOperations(pool: pool, audit: audit, time: time) }
}
