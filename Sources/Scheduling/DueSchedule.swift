package import Primitives

/// A schedule whose next tick has come, as the store holds it.
package struct DueSchedule: Sendable, Hashable {
    package var id: Int64
    package var schedule: Schedule
    package var cursor: Instant
    /// Of a fixed schedule: every local time up to and including this is decided.
    package var wall: CivilDateTime?
    /// Changes with every edit: a pass made from an older revision commits nothing.
    package var revision: Int64
    /// The job of its newest run that has not ended yet; looked for where `overlap: skip` asks for it.
    package var unfinished: Int64?

    package init(
        id: Int64, schedule: Schedule, cursor: Instant, wall: CivilDateTime? = nil, revision: Int64,
        unfinished: Int64? = nil
    ) {
        self.id = id
        self.schedule = schedule
        self.cursor = cursor
        self.wall = wall
        self.revision = revision
        self.unfinished = unfinished
    }

    /// A run of it has not ended yet.
    package var hasUnfinished: Bool { unfinished != nil }

    /// Decides what is due at `now`.
    package func decide(now: Instant) -> SchedulePass {
        schedule.decide(cursor: cursor, wall: wall, now: now, hasUnfinished: hasUnfinished)
    }
}
