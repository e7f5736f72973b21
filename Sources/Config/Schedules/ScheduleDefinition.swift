package import Cron

/// A schedule as the configuration defines it, all defaults filled in.
package struct ScheduleDefinition: Sendable, Hashable {
    /// What to do with ticks that were missed.
    package enum CatchUp: String, Sendable, CaseIterable {
        case all, latest, none
    }

    /// What to do with a tick while the previous run goes on.
    package enum Overlap: String, Sendable, CaseIterable {
        case queue, skip, allow
    }

    package let name: String
    /// The kind of the job that a tick starts.
    package let kind: String
    /// JSON text of an object, its keys sorted.
    package let payload: String
    package let cron: CronExpression
    package let zone: Zone
    /// Said so where the expression restricts both day fields: either of them suffices.
    package let daysEither: Bool
    package let money: Bool
    package let catchUp: CatchUp
    /// Missed ticks decided in one pass.
    package let catchUpLimit: Int
    /// A tick found later than this is missed; nil: never too late.
    package let maxLateness: Duration?
    package let overlap: Overlap
    package let pauseOnFailure: Bool
    package let enabled: Bool
    /// Each job begins later than its tick by an offset of its own, less than this; nil: none does.
    package let stagger: Duration?

    /// The longest name and kind, in bytes.
    package static let nameMax = 120
    /// The most schedules of a configuration.
    package static let countMax = 10_000
}
