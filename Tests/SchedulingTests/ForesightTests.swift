import Cron
import Logging
import Primitives
import Scheduling
import TestSupport
import Testing

/// What is due next is decided before its time, so that only the commit stands between a tick and its job.
@Suite struct ForesightTests {
    private static let begin = Instant(seconds: 1_790_000_040)
    private static let next = begin + .seconds(60)

    @Test func `a tick that was foreseen is committed before anything is asked`() async throws {
        let store = try ForesightStore(begin: Self.begin)
        let scheduler = store.scheduler()
        let wake = try await scheduler.pass()
        #expect(wake == Self.next)
        #expect(store.calls.recorded == ["due", "outlook", "upcoming at 60"])
        store.time.set(to: wake)
        _ = try await scheduler.pass()
        #expect(store.calls.recorded.dropFirst(3).first == "commit 60 within 5")
        #expect(store.calls.recorded.dropFirst(4) == ["due", "outlook", "upcoming at 120"])
    }

    @Test func `what was foreseen is forgotten when the scheduler looks before its time`() async throws {
        let store = try ForesightStore(begin: Self.begin)
        let scheduler = store.scheduler()
        _ = try await scheduler.pass()
        store.time.set(to: Self.next - .milliseconds(1))
        _ = try await scheduler.pass()
        #expect(store.calls.recorded == ["due", "outlook", "upcoming at 60", "due", "outlook", "upcoming at 60"])
    }

    @Test func `what the store did not take is decided anew`() async throws {
        let store = try ForesightStore(begin: Self.begin, takesForeseen: false)
        let scheduler = store.scheduler()
        store.time.set(to: try await scheduler.pass())
        _ = try await scheduler.pass()
        #expect(
            store.calls.recorded.dropFirst(3) == [
                "commit 60 within 5", "due", "commit 60", "due", "outlook", "upcoming at 120",
            ])
    }

    @Test func `what depends on a run's end is not foreseen, and neither is what is far`() async throws {
        let skipping = try ForesightStore(begin: Self.begin, overlap: .skip)
        let scheduler = skipping.scheduler()
        skipping.time.set(to: try await scheduler.pass())
        _ = try await scheduler.pass()
        #expect(skipping.calls.recorded.dropFirst(3).first == "due")
        let far = try ForesightStore(begin: Self.begin, expression: "0 2 1 1 *")
        _ = try await far.scheduler().pass()
        #expect(far.calls.recorded == ["due", "outlook"])
    }
}

/// One schedule; writes down what it is asked for, in seconds from the beginning.
private final class ForesightStore: TickStore {
    let time: ManualTime
    let calls = EventProbe<String>()
    private let begin: Instant
    private let schedule: Schedule
    private let takesForeseen: Bool
    private let cursor: ManualTime

    init(
        begin: Instant, expression: String = "* * * * *", overlap: Schedule.Overlap = .queue, takesForeseen: Bool = true
    ) throws {
        self.begin = begin
        self.takesForeseen = takesForeseen
        time = ManualTime(begin)
        cursor = ManualTime(begin)
        schedule = Schedule(
            name: "s", kind: "k", expression: try CronExpression(expression), zone: .utc, overlap: overlap)
    }

    func scheduler() -> Scheduler {
        Scheduler(store: self, timer: NoTimer(), time: time, logger: Logger(label: "test"), onEnqueued: {})
    }

    private func due(by instant: Instant) -> [DueSchedule] {
        let due = DueSchedule(id: 1, schedule: schedule, cursor: cursor.now(), revision: 1)
        return schedule.nextDue(after: due.cursor).map { $0 <= instant } ?? false ? [due] : []
    }

    private func seconds(_ instant: Instant) -> Int { Int((instant - begin).inSeconds) }

    func due(limit: Int) async throws -> (due: [DueSchedule], now: Instant) {
        calls.record("due")
        return (due(by: time.now()), time.now())
    }

    func upcoming(at instant: Instant, limit: Int) async throws -> [DueSchedule] {
        calls.record("upcoming at \(seconds(instant))")
        return due(by: instant)
    }

    func outlook() async throws -> TickOutlook {
        calls.record("outlook")
        return TickOutlook(due: schedule.nextDue(after: cursor.now()), now: time.now())
    }

    func commit(_ passes: [(DueSchedule, SchedulePass)], within lateness: Duration?) async throws -> CommittedPasses {
        let at = passes.map { seconds($0.1.cursor) }.max() ?? 0
        calls.record("commit \(at)" + (lateness.map { " within \(Int($0.inSeconds))" } ?? ""))
        guard lateness == nil || takesForeseen else { return CommittedPasses(advanced: 0, enqueued: 0, lost: [1]) }
        if let pass = passes.first?.1 { cursor.set(to: pass.cursor) }
        return CommittedPasses(advanced: passes.count, enqueued: passes.count)
    }

    func hold(becauseOf jump: Duration, newerThan known: Int64) async throws -> Bool { false }

    func release(_ hold: ClockHold, because reason: String) async throws -> Bool { false }
}

private struct NoTimer: WakeTimer {
    func sleep(until instant: Instant) async {}
}
