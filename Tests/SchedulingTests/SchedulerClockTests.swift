import Logging
import Primitives
import Scheduling
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

    /// Nothing is ever due; says when it was asked.
    private struct QuietStore: TickStore {
        let looks = EventProbe<Int>()

        func due(limit: Int) async throws -> (due: [DueSchedule], now: Instant) {
            looks.record(limit)
            return ([], Instant(microseconds: 0))
        }

        func nextDue() async throws -> (due: Instant?, now: Instant) { (nil, Instant(microseconds: 0)) }

        func commit(_ passes: [(DueSchedule, SchedulePass)]) async throws -> CommittedPasses {
            CommittedPasses(advanced: 0, enqueued: 0)
        }
    }

    /// A wall timer that waits for a time that does not come: only its cancellation ends it.
    private struct NeverTimer: WakeTimer {
        func sleep(until instant: Instant) async {
            try? await ContinuousClock().sleep(for: .seconds(3_600))
        }
    }
}
