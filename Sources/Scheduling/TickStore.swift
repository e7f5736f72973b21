package import Primitives

/// Where schedules and their cursors live.
package protocol TickStore: Sendable {
    /// Up to `limit` schedules whose next tick has come, and the store's present instant. None of money while the clock
    /// holds them.
    func due(limit: Int) async throws -> (due: [DueSchedule], now: Instant)
    /// Up to `limit` schedules that will be due at `instant`, and makes ready to commit their passes at once then.
    func upcoming(at instant: Instant, limit: Int) async throws -> [DueSchedule]
    /// When a schedule will be due that nothing holds, and the newest hold of the clock.
    func outlook() async throws -> TickOutlook
    /// Advances cursors and inserts ticks, jobs and runs in one statement. A schedule whose cursor or revision moved
    /// meanwhile is left alone, and so is one of money while the clock holds them.
    /// A pass that was decided ahead of its time is committed only by a clock that has come to it, and gone past it by
    /// no more than `lateness`: what is later must be decided by what is known then.
    func commit(_ passes: [(DueSchedule, SchedulePass)], within lateness: Duration?) async throws -> CommittedPasses
    /// Holds the schedules of money because the clock jumped, unless a hold newer than `known` says so already. True:
    /// it was written now.
    func hold(becauseOf jump: Duration, newerThan known: Int64) async throws -> Bool
    /// Ends that hold. False: it was over.
    func release(_ hold: ClockHold, because reason: String) async throws -> Bool
}

extension TickStore {
    /// The same of passes that were decided just now.
    package func commit(_ passes: [(DueSchedule, SchedulePass)]) async throws -> CommittedPasses {
        try await commit(passes, within: nil)
    }
}

/// What is to come.
package struct TickOutlook: Sendable, Hashable {
    /// The earliest instant at which a schedule is due; nil: none ever.
    package var due: Instant?
    /// The store's present instant.
    package var now: Instant
    /// The newest hold of the clock, open or not.
    package var hold: ClockHold?

    package init(due: Instant?, now: Instant, hold: ClockHold? = nil) {
        self.due = due
        self.now = now
        self.hold = hold
    }
}

/// What of some passes was committed; the rest was decided by another daemon first.
package struct CommittedPasses: Sendable, Hashable {
    /// Schedules whose cursor moved.
    package var advanced: Int
    /// Jobs that were inserted.
    package var enqueued: Int
    /// The schedules whose passes came too late.
    package var lost: Set<Int64> = []
    /// Ticks of money whose period was run already: they became no jobs.
    package var settled: [SettledTick] = []
    /// Ticks that were decided before, under the same key: they became no jobs again.
    package var repeated: [RepeatedTick] = []

    package init(
        advanced: Int, enqueued: Int, lost: Set<Int64> = [], settled: [SettledTick] = [], repeated: [RepeatedTick] = []
    ) {
        self.advanced = advanced
        self.enqueued = enqueued
        self.lost = lost
        self.settled = settled
        self.repeated = repeated
    }
}

extension CommittedPasses {
    /// What two commits of different schedules came to.
    static func + (one: Self, other: Self) -> Self {
        CommittedPasses(
            advanced: one.advanced + other.advanced, enqueued: one.enqueued + other.enqueued,
            lost: one.lost.union(other.lost), settled: one.settled + other.settled,
            repeated: one.repeated + other.repeated)
    }
}

/// A tick of a money schedule whose period was run already.
package struct SettledTick: Sendable, Hashable {
    package var schedule: Int64
    package var key: String
    /// The job that ran it.
    package var job: Int64

    package init(schedule: Int64, key: String, job: Int64) {
        self.schedule = schedule
        self.key = key
        self.job = job
    }
}

/// A tick whose local time an edit of the zone, or a zone file, brought again.
package struct RepeatedTick: Sendable, Hashable {
    package var schedule: Int64
    package var key: String

    package init(schedule: Int64, key: String) {
        self.schedule = schedule
        self.key = key
    }
}
