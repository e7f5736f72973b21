import Cron
import Logging
import Primitives
import Scheduling
import Synchronization
import TestSupport
import Testing

@Suite struct SchedulerPassTests {
    @Test func `a crowd that was away for long is taken in bounded passes, and every tick once`() async throws {
        let begin = Instant(seconds: 1_790_000_040)
        let rule = Schedule(
            name: "s", kind: "k", expression: try CronExpression("* * * * *"), zone: .utc, catchUp: .all,
            catchUpLimit: 100)
        let store = CrowdStore(of: rule, size: 200, cursor: begin, now: begin + .seconds(150 * 60))
        let scheduler = Scheduler(
            store: store, timer: NoTimer(), time: ManualTime(begin), logger: Logger(label: "test"), onEnqueued: {})
        _ = try await scheduler.pass()
        let passes = store.passes.withLock { $0 }
        #expect(passes.allSatisfy { $0 < Scheduler.ticksMax + rule.catchUpLimit })
        #expect(passes.reduce(0, +) == 200 * 150)
    }

    @Test func `long stretches are taken in bounded passes as well, though each is one row`() async throws {
        let begin = Instant(seconds: 1_790_000_040)
        let rule = Schedule(
            name: "s", kind: "k", expression: try CronExpression("* * * * *"), zone: .utc, catchUp: .latest)
        let minutes = Schedule.surveyMax / 2 + 1
        let store = CrowdStore(of: rule, size: 6, cursor: begin, now: begin + .seconds(minutes * 60 + 30))
        let scheduler = Scheduler(
            store: store, timer: NoTimer(), time: ManualTime(begin), logger: Logger(label: "test"), onEnqueued: {})
        _ = try await scheduler.pass()
        #expect(store.passes.withLock { $0 } == [4, 4, 4])
    }

    @Test func `a crowd is committed in two halves, and one that fails holds up nobody of the other`() async throws {
        let begin = Instant(seconds: 1_790_000_040)
        let rule = Schedule(name: "s", kind: "k", expression: try CronExpression("* * * * *"), zone: .utc)
        let store = CrowdStore(of: rule, size: 1_000, cursor: begin, now: begin + .seconds(60), refused: 700)
        let pokes = EventProbe<Int>()
        let scheduler = Scheduler(
            store: store, timer: NoTimer(), time: ManualTime(begin), logger: Logger(label: "test"),
            onEnqueued: { pokes.record(1) })
        await #expect(throws: CrowdStore.Refused.self) { _ = try await scheduler.pass() }
        #expect(store.passes.withLock { $0 } == [500] && pokes.recorded == [1])
        store.refused.withLock { $0 = nil }
        _ = try await scheduler.pass()
        #expect(store.passes.withLock { $0 }.sorted() == [250, 250, 500])
    }

    /// Schedules of one rule, all away since the same instant; writes down how many rows each commit has.
    private final class CrowdStore: TickStore {
        struct Refused: Error {}

        let passes = Mutex<[Int]>([])
        private let crowd: Mutex<[DueSchedule]>
        private let now: Instant

        /// Whose commits fail.
        let refused: Mutex<Int64?>

        init(of rule: Schedule, size: Int64, cursor: Instant, now: Instant, refused: Int64? = nil) {
            self.now = now
            self.refused = Mutex(refused)
            crowd = Mutex((1...size).map { DueSchedule(id: $0, schedule: rule, cursor: cursor, revision: 1) })
        }

        func due(limit: Int) async throws -> (due: [DueSchedule], now: Instant) {
            let due = crowd.withLock { crowd in
                crowd.filter { due in due.schedule.nextDue(after: due.cursor).map { $0 <= now } ?? false }
            }
            return (Array(due.prefix(limit)), now)
        }

        func outlook() async throws -> TickOutlook { TickOutlook(due: nil, now: now) }

        func upcoming(at instant: Instant, limit: Int) async throws -> [DueSchedule] { [] }

        func commit(
            _ decided: [(DueSchedule, SchedulePass)], within lateness: Duration?
        ) async throws -> CommittedPasses {
            if decided.contains(where: { $0.0.id == refused.withLock { $0 } }) { throw Refused() }
            passes.withLock { $0.append(decided.reduce(0) { $0 + $1.1.ticks.count }) }
            crowd.withLock { crowd in
                for (due, pass) in decided { crowd[Int(due.id) - 1].cursor = pass.cursor }
            }
            return CommittedPasses(advanced: decided.count, enqueued: decided.count)
        }

        func hold(becauseOf jump: Duration, newerThan known: Int64) async throws -> Bool { false }

        func release(_ hold: ClockHold, because reason: String) async throws -> Bool { false }
    }

    private struct NoTimer: WakeTimer {
        func sleep(until instant: Instant) async {}
    }
}
