import JobsPostgres
import Primitives
import Scheduling

/// The durable store of ticks, telling how many jobs each commit brought, and when it was through.
struct StampedTickStore: TickStore {
    struct Stamp: Sendable {
        let enqueued: Int
        let at: Instant
    }

    let base: PostgresTickStore
    let time: ShiftedTime
    let stamps: AsyncStream<Stamp>.Continuation

    func due(limit: Int) async throws -> (due: [DueSchedule], now: Instant) {
        try await base.due(limit: limit)
    }

    func outlook() async throws -> TickOutlook {
        try await base.outlook()
    }

    func hold(becauseOf jump: Duration, newerThan known: Int64) async throws -> Bool {
        try await base.hold(becauseOf: jump, newerThan: known)
    }

    func release(_ hold: ClockHold, because reason: String) async throws -> Bool {
        try await base.release(hold, because: reason)
    }

    func upcoming(at instant: Instant, limit: Int) async throws -> [DueSchedule] {
        try await base.upcoming(at: instant, limit: limit)
    }

    func commit(_ passes: [(DueSchedule, SchedulePass)], within lateness: Duration?) async throws -> CommittedPasses {
        let committed = try await base.commit(passes, within: lateness)
        stamps.yield(Stamp(enqueued: committed.enqueued, at: time.now()))
        return committed
    }
}
