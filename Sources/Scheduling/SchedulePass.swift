package import Primitives

/// What one look at a due schedule decided: ticks oldest first, and where its cursor stands after them.
package struct SchedulePass: Sendable, Hashable {
    package var ticks: [Tick]
    /// Every tick up to and including this instant is decided by this pass.
    package var cursor: Instant
    /// The first tick after the cursor; it may be due already when the pass reached its limit.
    package var nextDue: Instant?
}

/// One due instant of a schedule, decided.
package struct Tick: Sendable, Hashable {
    /// What became of it.
    package enum Decision: String, Sendable, Hashable, Codable {
        /// It becomes a job.
        case enqueued
        /// The run before it is not over, and the schedule says `overlap: skip`.
        case overlap
        /// Found too late, or not wanted late.
        case missed
        case disabled
    }

    /// The nominal local time of a fixed schedule, the instant of a wildcard.
    package var key: String
    package var instant: Instant
    package var nominal: CivilDateTime
    package var previousNominal: CivilDateTime?
    package var decision: Decision
}
