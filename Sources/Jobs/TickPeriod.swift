package import Primitives

/// The span that a scheduled job is for. A job reads its dates here and never from a clock.
package struct TickPeriod: Sendable, Hashable {
    /// When the tick was due.
    package let instant: Instant
    /// What a clock on the wall of `zone` showed at the tick; of ticks that fell together in a gap, the first.
    package let nominal: CivilDateTime
    /// The tick before it; nil for a schedule's first.
    package let previousNominal: CivilDateTime?
    /// An IANA name.
    package let zone: String

    package init(instant: Instant, nominal: CivilDateTime, previousNominal: CivilDateTime?, zone: String) {
        self.instant = instant
        self.nominal = nominal
        self.previousNominal = previousNominal
        self.zone = zone
    }
}
