package import Primitives

/// A schedule whose next tick has come, as the store holds it.
package struct DueSchedule: Sendable, Hashable {
    package var id: Int64
    package var schedule: Schedule
    package var cursor: Instant
    /// Changes with every edit: a pass made from an older revision commits nothing.
    package var revision: Int64
    /// A run of it has not ended yet.
    package var hasUnfinished: Bool

    package init(id: Int64, schedule: Schedule, cursor: Instant, revision: Int64, hasUnfinished: Bool) {
        self.id = id
        self.schedule = schedule
        self.cursor = cursor
        self.revision = revision
        self.hasUnfinished = hasUnfinished
    }
}
