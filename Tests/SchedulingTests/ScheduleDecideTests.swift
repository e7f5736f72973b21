import Cron
import Primitives
import Scheduling
import Testing

@Suite struct ScheduleDecideTests {
    @Test func `a tick found on time becomes a job, and the cursor stands on it`() throws {
        let schedule = try schedule("0 2 * * *")
        let pass = schedule.decide(
            cursor: try at("2026-10-14T12:00:00Z"), now: try at("2026-10-15T05:00:00.2Z"), hasUnfinished: false)
        let tick = try #require(pass.ticks.first)
        #expect(pass.ticks.count == 1)
        #expect(tick.decision == .enqueued)
        #expect(tick.key == "2026-10-15T02:00:00")
        #expect(tick.previousNominal?.description == "2026-10-14T02:00:00")
        #expect(pass.cursor == (try at("2026-10-15T05:00:00Z")))
        #expect(pass.nextDue == (try at("2026-10-16T05:00:00Z")))
    }

    @Test func `nothing due decides nothing and moves nothing`() throws {
        let cursor = try at("2026-10-15T05:00:00Z")
        let pass = try schedule("0 2 * * *").decide(cursor: cursor, now: cursor, hasUnfinished: false)
        #expect(pass.ticks.isEmpty && pass.cursor == cursor)
    }

    @Test(arguments: [
        (Schedule.CatchUp.all, [Tick.Decision.enqueued, .enqueued, .enqueued]),
        (.latest, [.missed, .missed, .enqueued]),
        (.none, [.missed, .missed, .missed]),
    ])
    func `three days asleep are caught up as the schedule says`(
        catchUp: Schedule.CatchUp, decisions: [Tick.Decision]
    ) throws {
        var schedule = try schedule("0 2 * * *")
        schedule.catchUp = catchUp
        let pass = schedule.decide(
            cursor: try at("2026-10-12T06:00:00Z"), now: try at("2026-10-15T12:00:00Z"), hasUnfinished: false)
        #expect(pass.ticks.map(\.decision) == decisions)
        #expect(pass.ticks.map(\.nominal.date.day) == [13, 14, 15])
    }

    @Test func `more missed ticks than a pass may start are taken in several, each tick once`() throws {
        var schedule = try schedule("*/5 * * * *")
        schedule.catchUp = .all
        schedule.catchUpLimit = 7
        let now = try at("2026-10-15T12:02:00Z")
        var cursor = try at("2026-10-15T11:00:00Z")
        var ticks: [Tick] = []
        for _ in 0..<10 {
            let pass = schedule.decide(cursor: cursor, now: now, hasUnfinished: false)
            #expect(pass.ticks.count <= 7)
            ticks += pass.ticks
            cursor = pass.cursor
            if pass.nextDue.map({ $0 > now }) ?? true { break }
        }
        #expect(ticks.count == 12)
        #expect(Set(ticks.map(\.key)).count == 12)
        #expect(ticks.allSatisfy { $0.decision == .enqueued })
    }

    @Test func `many ticks in a row that start nothing are one entry that counts them`() throws {
        var schedule = try schedule("*/5 * * * *")
        schedule.catchUp = .latest
        schedule.catchUpLimit = 7
        let pass = schedule.decide(
            cursor: try at("2026-10-15T11:00:00Z"), now: try at("2026-10-15T12:02:00Z"), hasUnfinished: false)
        #expect(pass.ticks.map(\.decision) == [.missed, .enqueued])
        #expect(pass.ticks.map(\.count) == [11, 1])
        #expect(pass.ticks[0].instant == (try at("2026-10-15T11:05:00Z")))
        #expect(pass.ticks[0].last?.instant == (try at("2026-10-15T11:55:00Z")))
        schedule.catchUpLimit = 11
        let oneByOne = schedule.decide(
            cursor: try at("2026-10-15T11:00:00Z"), now: try at("2026-10-15T12:02:00Z"), hasUnfinished: false)
        #expect(oneByOne.ticks.count == 12 && oneByOne.ticks.allSatisfy { $0.count == 1 && $0.last == nil })
    }

    @Test func `two years of minutes are passed over in a few passes, and the last is run`() throws {
        let schedule = try Schedule(name: "s", kind: "k", expression: CronExpression("* * * * *"), zone: .utc)
        let begin = try at("2024-01-01T00:00:00Z")
        let now = try at("2026-01-01T00:00:30Z")
        var cursor = begin
        var ticks: [Tick] = []
        for _ in 0..<20 {
            let pass = schedule.decide(cursor: cursor, now: now, hasUnfinished: false)
            ticks += pass.ticks
            cursor = pass.cursor
            if pass.nextDue.map({ $0 > now }) ?? true { break }
        }
        let minutes = 731 * 1_440
        #expect(Tick.count(of: ticks) == minutes)
        #expect(ticks.count == (minutes - 1) / Schedule.surveyMax + 2)
        let last = try #require(ticks.last)
        #expect(last.decision == .enqueued && last.instant == now - .seconds(30))
    }

    @Test func `later than its greatest lateness a tick is missed, even if all are to be caught up`() throws {
        var schedule = try schedule("0 2 * * *")
        schedule.catchUp = .all
        schedule.maxLateness = .seconds(3_600)
        let pass = schedule.decide(
            cursor: try at("2026-10-14T12:00:00Z"), now: try at("2026-10-15T06:00:01Z"), hasUnfinished: false)
        #expect(pass.ticks.map(\.decision) == [.missed])
    }

    @Test func `an overlap is skipped as a row, queued, or allowed`() throws {
        var schedule = try schedule("0 2 * * *")
        let cursor = try at("2026-10-14T12:00:00Z")
        let now = try at("2026-10-15T05:00:00Z")
        schedule.overlap = .skip
        #expect(schedule.decide(cursor: cursor, now: now, hasUnfinished: true).ticks.map(\.decision) == [.overlap])
        #expect(schedule.decide(cursor: cursor, now: now, hasUnfinished: false).ticks.map(\.decision) == [.enqueued])
        for overlap in [Schedule.Overlap.queue, .allow] {
            schedule.overlap = overlap
            let pass = schedule.decide(cursor: cursor, now: now, hasUnfinished: true)
            #expect(pass.ticks.map(\.decision) == [.enqueued])
        }
    }

    @Test func `under skip the first of several missed ticks makes the others overlap`() throws {
        var schedule = try schedule("0 2 * * *")
        schedule.catchUp = .all
        schedule.overlap = .skip
        let pass = schedule.decide(
            cursor: try at("2026-10-12T06:00:00Z"), now: try at("2026-10-15T12:00:00Z"), hasUnfinished: false)
        #expect(pass.ticks.map(\.decision) == [.enqueued, .overlap, .overlap])
    }

    @Test func `of money that skips overlaps a pass starts one, and leaves the others for the next`() throws {
        var schedule = try schedule("0 2 * * *")
        schedule.money = true
        schedule.catchUp = .all
        schedule.overlap = .skip
        let (cursor, now) = (try at("2026-10-12T06:00:00Z"), try at("2026-10-15T12:00:00Z"))
        let first = schedule.decide(cursor: cursor, now: now, hasUnfinished: false)
        #expect(first.ticks.map(\.decision) == [.enqueued])
        let busy = schedule.decide(cursor: first.cursor, now: now, hasUnfinished: true)
        #expect(busy.ticks.map(\.decision) == [.overlap, .overlap])
    }

    @Test func `the room of a stagger ends where the next tick begins, at the end of a gap too`() throws {
        var schedule = try Schedule(
            name: "s", kind: "k", expression: CronExpression("59 1 * * *"), zone: Zone("America/New_York"),
            catchUp: .all, catchUpLimit: 1_000)
        schedule.stagger = .seconds(40 * 3_600)
        // Daily ticks are 23 to 25 hours apart.
        let days = schedule.decide(
            cursor: try at("2026-01-01T00:00:00Z"), now: try at("2026-12-31T12:00:00Z"), hasUnfinished: false).ticks
        #expect(days.count == 365)
        for (tick, next) in zip(days, days.dropFirst()) {
            #expect(tick.stagger >= .zero && tick.instant + tick.stagger < next.instant)
        }
        #expect(days.contains { $0.stagger > .seconds(20 * 3_600) })
        // The last one has room up to a tick that is yet to come.
        schedule.expression = try CronExpression("* * * * *")
        let minutes = schedule.decide(
            cursor: try at("2026-03-08T06:30:00Z"), now: try at("2026-03-08T07:30:00Z"), hasUnfinished: false).ticks
        #expect(minutes.count == 60 && minutes.allSatisfy { $0.stagger < .seconds(60) })
        #expect(Set(minutes.map(\.stagger)).count > 50)
    }

    @Test func `a disabled schedule decides its ticks as disabled`() throws {
        var schedule = try schedule("0 2 * * *")
        schedule.enabled = false
        let pass = schedule.decide(
            cursor: try at("2026-10-14T12:00:00Z"), now: try at("2026-10-15T05:00:00Z"), hasUnfinished: false)
        #expect(pass.ticks.map(\.decision) == [.disabled])
    }

    @Test func `the key of a fixed schedule is its local time, of a wildcard its instant`() throws {
        let fixed = try Schedule(
            name: "s", kind: "k", expression: CronExpression("30 1 * * *"), zone: Zone("America/New_York"))
        let wildcard = try Schedule(
            name: "s", kind: "k", expression: CronExpression("30 * * * *"), zone: Zone("America/New_York"),
            catchUp: .all)
        let cursor = try at("2025-11-02T05:00:00Z")
        let now = try at("2025-11-02T07:00:00Z")
        #expect(
            fixed.decide(cursor: cursor, now: now, hasUnfinished: false).ticks.map(\.key) == ["2025-11-02T01:30:00"])
        #expect(
            wildcard.decide(cursor: cursor, now: now, hasUnfinished: false).ticks.map(\.key)
                == ["2025-11-02T05:30:00Z", "2025-11-02T06:30:00Z"])
    }

    @Test func `the tick before the first one after an edit is found however rare the schedule is`() throws {
        let schedule = try schedule("0 0 29 2 *")
        let pass = schedule.decide(
            cursor: try at("2028-02-28T00:00:00Z"), now: try at("2028-02-29T12:00:00Z"), hasUnfinished: false)
        #expect(pass.ticks.first?.previousNominal?.description == "2024-02-29T00:00:00")
    }

    @Test func `whenever it is looked at, the same ticks come out, each once`() throws {
        let schedule = try Schedule(
            name: "s", kind: "k", expression: CronExpression("0,30 1-3 * * *"), zone: Zone("Europe/Berlin"),
            catchUp: .all)
        let begin = try at("2026-10-24T00:00:00Z")
        let end = try at("2026-10-27T00:00:00Z")
        let atOnce = schedule.decide(cursor: begin, now: end, hasUnfinished: false).ticks.map(\.key)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            var cursor = begin
            var now = begin
            var keys: [String] = []
            while now < end {
                now = min(end, now + .seconds(Int.random(in: 1...7_200, using: &random)))
                let pass = schedule.decide(cursor: cursor, now: now, hasUnfinished: false)
                keys += pass.ticks.map(\.key)
                cursor = pass.cursor
            }
            #expect(keys == atOnce)
        }
    }

    private func schedule(_ text: String) throws -> Schedule {
        Schedule(
            name: "test", kind: "test.nothing", expression: try CronExpression(text),
            zone: try Zone("America/Argentina/Buenos_Aires"))
    }

    private func at(_ text: String) throws -> Instant {
        try #require(Instant(rfc3339: text))
    }
}
