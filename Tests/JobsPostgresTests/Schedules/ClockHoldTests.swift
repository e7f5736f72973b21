import Cron
import DatabaseTestSupport
import JobsPostgres
import Postgres
import Primitives
import Scheduling
import TestSupport
import Testing

@Suite struct ClockHoldTests {
    private static let jump = Duration.seconds(3_600)

    @Test func `while the clock holds, nothing of money is decided, and all else goes on`() async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("pay", money: true), try .sample("report"))
            engine.time.advance(by: .seconds(86_400))
            let (all, now) = try await engine.ticks.due(limit: 10)
            #expect(all.count == 2)
            #expect(try await engine.ticks.hold(becauseOf: Self.jump, newerThan: 0))
            // Decided before the hold was known here.
            let late = try await engine.ticks.commit(all.map { ($0, $0.decide(now: now)) })
            #expect(late.enqueued == 1 && late.lost.count == 1)
            #expect(try await engine.ticks.due(limit: 10).due.isEmpty)
            let outlook = try await engine.ticks.outlook()
            #expect(outlook.hold?.isOpen == true && outlook.hold?.jump == Self.jump)
            #expect(try #require(outlook.due) > outlook.now)
            let hold = try #require(outlook.hold)
            #expect(try await engine.ticks.release(hold, because: "a test"))
            #expect(try await !engine.ticks.release(hold, because: "a test"))
            #expect(try await engine.fire() == CommittedPasses(advanced: 1, enqueued: 1))
        }
    }

    @Test func `one jump that several daemons see is one hold, also for one that sees it after its end`() async throws {
        try await withTwoDaemons { here, there in
            #expect(try await here.ticks.hold(becauseOf: Self.jump, newerThan: 0))
            #expect(try await !there.ticks.hold(becauseOf: Self.jump, newerThan: 0))
            let hold = try #require(try await there.ticks.outlook().hold)
            #expect(try await there.schedules.confirmClock(by: .by(because: "it is right")))
            #expect(try await !there.ticks.hold(becauseOf: Self.jump, newerThan: 0))
            #expect(try await here.ticks.outlook().hold?.isOpen == false)
            // The next jump is another.
            #expect(try await here.ticks.hold(becauseOf: Self.jump, newerThan: hold.id))
            #expect(try await here.count("select count(*) from bursar.clock_hold") == 2)
        }
    }

    @Test func `a confirmation needs a reason, is written down, and is asked for once`() async throws {
        try await withEngine { engine, _ in
            let early = try await engine.schedules.confirmClock(by: .by(because: "nothing is held"))
            #expect(!early)
            #expect(try await engine.ticks.hold(becauseOf: Self.jump, newerThan: 0))
            await refused(.invalid) { _ = try await engine.schedules.confirmClock(by: .by()) }
            let first = try await engine.schedules.confirmClock(by: .by(because: "it is right"))
            let second = try await engine.schedules.confirmClock(by: .by(because: "it is right"))
            #expect(first && !second)
            #expect(try await engine.audited("clock.confirm") == ["clock hold 1"])
            #expect(
                try await engine.count(
                    "select count(*) from bursar.clock_hold where ended_by = 'alice' and end_reason = 'it is right'")
                    == 1)
        }
    }
}
