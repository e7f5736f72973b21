package import Primitives

/// One member of an expression's set: when it happens, and the local time it happens for.
package struct CronTick: Sendable, Hashable {
    package let instant: Instant
    /// The local time that was asked for. In a gap a fixed time keeps it although no clock ever showed it; a run that
    /// several local times share has the first of them. For a wildcard it is what the wall shows.
    package let nominal: CivilDateTime

    package init(instant: Instant, nominal: CivilDateTime) {
        self.instant = instant
        self.nominal = nominal
    }
}
