package import Primitives

/// A shift of a zone's clock.
package struct ZoneTransition: Sendable, Hashable {
    /// The first instant with the new offset.
    package let instant: Instant
    /// Seconds east of Greenwich until then.
    package let offsetBefore: Int
    /// Seconds east of Greenwich from then on.
    package let offsetAfter: Int

    package init(instant: Instant, offsetBefore: Int, offsetAfter: Int) {
        self.instant = instant
        self.offsetBefore = offsetBefore
        self.offsetAfter = offsetAfter
    }

    /// The clock goes forward: some local times do not exist.
    package var isGap: Bool { offsetAfter > offsetBefore }
    /// The clock goes back: some local times happen twice.
    package var isOverlap: Bool { offsetAfter < offsetBefore }

    /// What the wall would have shown at the instant, had it not been shifted.
    package var wallBefore: CivilDateTime { CivilDateTime(wallSeconds: instant.seconds + Int64(offsetBefore)) }
    /// What the wall shows at the instant.
    package var wallAfter: CivilDateTime { CivilDateTime(wallSeconds: instant.seconds + Int64(offsetAfter)) }
}
