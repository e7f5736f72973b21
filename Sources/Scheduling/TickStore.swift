package import Primitives

/// Where schedules and their cursors live.
package protocol TickStore: Sendable {
    /// Up to `limit` schedules whose next tick has come, and the store's present instant.
    func due(limit: Int) async throws -> (due: [DueSchedule], now: Instant)
    /// The earliest instant at which a schedule is due, and the store's present instant.
    func nextDue() async throws -> (due: Instant?, now: Instant)
    /// Advances cursors and inserts ticks, jobs and runs in one statement. A schedule whose cursor or revision moved
    /// meanwhile is left alone.
    func commit(_ passes: [(DueSchedule, SchedulePass)]) async throws -> CommittedPasses
}

/// What of some passes was committed; the rest was decided by another daemon first.
package struct CommittedPasses: Sendable, Hashable {
    /// Schedules whose cursor moved.
    package var advanced: Int
    /// Jobs that were inserted.
    package var enqueued: Int

    package init(advanced: Int, enqueued: Int) {
        self.advanced = advanced
        self.enqueued = enqueued
    }
}
