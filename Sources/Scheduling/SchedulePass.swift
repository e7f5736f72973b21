package import Cron
package import Primitives

/// What one look at a due schedule decided: ticks oldest first, and where its cursor stands after them.
package struct SchedulePass: Sendable, Hashable {
    package var ticks: [Tick]
    /// Every tick up to and including this instant is decided by this pass.
    package var cursor: Instant
    /// The same as a local time; fixed schedules go by it.
    package var wall: CivilDateTime?
    /// When the first tick after these is due: at once when the pass reached its limit. Always after the cursor.
    package var nextDue: Instant?
}

/// One due instant of a schedule, decided; or a stretch of them, all decided alike and none a job.
package struct Tick: Sendable, Hashable {
    /// What became of it.
    package enum Decision: String, Sendable, Hashable, Codable, CaseIterable {
        /// It becomes a job.
        case enqueued
        /// The run before it is not over, and the schedule says `overlap: skip`.
        case overlap
        /// Found too late, or not wanted late.
        case missed
        case disabled
        /// Of a money schedule: the period that it is for was run already. Only the store can tell.
        case settled
        /// The schedule's expression or zone was edited, or it was taken out, before the tick was decided.
        case edited
    }

    /// The nominal local time of a fixed schedule, the instant of a wildcard; of a stretch the first and the last.
    package var key: String
    package var instant: Instant
    package var nominal: CivilDateTime
    package var previousNominal: CivilDateTime?
    package var decision: Decision
    /// What of the calendar it is for, such as `2026-10`: money schedules run each period once. Nil for all others.
    package var period: String?
    /// How much later than its instant its job begins.
    package var stagger = Duration.zero
    /// Where among the ticks of its pass the one stands whose run is in the way; nil when that run is an older one.
    package var blocker: Int?
    /// Ticks that this stands for.
    package var count = 1
    /// The last of them, when there are several.
    package var last: CronTick?

    /// How many ticks these stand for.
    package static func count(of ticks: [Tick]) -> Int { ticks.reduce(0) { $0 + $1.count } }
}
