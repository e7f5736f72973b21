import Logging
import Primitives
import Scheduling
import Synchronization
import TestSupport
import Testing

@Suite struct SchedulerClockTests {
    @Test func `a wall clock that is set back keeps nobody asleep`() async throws {
        let start = try #require(Instant(rfc3339: "2026-10-15T12:00:00Z"))
        let time = ManualTime(start)
        let store = QuietStore()
        let scheduler = Scheduler(
            store: store, timer: NeverTimer(), time: time, logger: Logger(label: "test"), onEnqueued: {})
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await scheduler.run() }
            _ = try await store.looks.next()
            // It sleeps until a wall time that now lies an hour and more ahead.
            time.set(to: start - .seconds(3_600))
            _ = try await store.looks.next()
            group.cancelAll()
        }
    }

    @Test func `a jump of the store's clock is held, told, and let go of when it is undone`() async throws {
        let store = JumpingStore()
        let clock = ManualBootClock()
        let scheduler = Scheduler(
            store: store, timer: NeverTimer(), time: store.time, clock: clock, jumpLimit: { .seconds(600) },
            logger: Logger(label: "test"), onEnqueued: {})
        _ = try await scheduler.pass()
        store.time.advance(by: .seconds(3_600))
        clock.advance(by: .seconds(3_600))
        _ = try await scheduler.pass()
        #expect(store.events.recorded.isEmpty)
        store.time.advance(by: .seconds(7_200))
        clock.advance(by: .seconds(60))
        _ = try await scheduler.pass()
        _ = try await scheduler.pass()
        #expect(store.events.recorded == ["held 7140 newer than 0"])
        store.time.advance(by: .seconds(-7_140))
        _ = try await scheduler.pass()
        #expect(store.events.recorded == ["held 7140 newer than 0", "released 1"])
        _ = try await scheduler.pass()
        #expect(store.events.recorded.count == 2)
    }

    /// A store whose clock is set at will, and that writes down holds.
    private struct JumpingStore: TickStore {
        let time = ManualTime(Instant(seconds: 1_790_000_000))
        let events = EventProbe<String>()

        func due(limit: Int) async throws -> (due: [DueSchedule], now: Instant) { ([], time.now()) }

        func outlook() async throws -> TickOutlook {
            let hold = events.recorded.last.map { event in
                ClockHold(id: 1, beganAt: time.now(), jump: .seconds(7_140), isOpen: event.hasPrefix("held"))
            }
            return TickOutlook(due: nil, now: time.now(), hold: hold)
        }

        func upcoming(at instant: Instant, limit: Int) async throws -> [DueSchedule] { [] }

        func commit(
            _ passes: [(DueSchedule, SchedulePass)], within lateness: Duration?
        ) async throws -> CommittedPasses {
            CommittedPasses(advanced: 0, enqueued: 0)
        }

        func hold(becauseOf jump: Duration, newerThan known: Int64) async throws -> Bool {
            events.record("held \(Int(jump.inSeconds)) newer than \(known)")
            return true
        }

        func release(_ hold: ClockHold, because reason: String) async throws -> Bool {
            events.record("released \(hold.id)")
            return true
        }
    }

    /// A boot clock that stands still until it is moved.
    private final class ManualBootClock: MachineClock {
        private let elapsed = Mutex(Duration.zero)

        var sinceBoot: Duration { elapsed.withLock { $0 } }
        var isSynchronised: Bool { false }

        func advance(by time: Duration) { elapsed.withLock { $0 += time } }
    }

    /// Nothing is ever due; says when it was asked.
    private struct QuietStore: TickStore {
        let looks = EventProbe<Int>()

        func due(limit: Int) async throws -> (due: [DueSchedule], now: Instant) {
            looks.record(limit)
            return ([], Instant(microseconds: 0))
        }

        func outlook() async throws -> TickOutlook { TickOutlook(due: nil, now: Instant(microseconds: 0)) }

        func upcoming(at instant: Instant, limit: Int) async throws -> [DueSchedule] { [] }

        func commit(
            _ passes: [(DueSchedule, SchedulePass)], within lateness: Duration?
        ) async throws -> CommittedPasses {
            CommittedPasses(advanced: 0, enqueued: 0)
        }

        func hold(becauseOf jump: Duration, newerThan known: Int64) async throws -> Bool { false }

        func release(_ hold: ClockHold, because reason: String) async throws -> Bool { false }
    }

    /// A wall timer that waits for a time that does not come: only its cancellation ends it.
    private struct NeverTimer: WakeTimer {
        func sleep(until instant: Instant) async {
            try? await ContinuousClock().sleep(for: .seconds(3_600))
        }
    }
}
