package import Primitives

/// The instants a valuation works with: the years 1 to 9999 of UTC, with a day to spare for zones at either end.
///
/// PostgreSQL's `infinity` and its far dates lie outside; within, no difference of two instants overflows.
package enum ValuationSpan {
    package static let earliest = Instant(seconds: -62_135_683_200)
    package static let latest = Instant(seconds: 253_402_387_200)

    /// Whether a valuation can work with it.
    package static func contains(_ instant: Instant) -> Bool {
        (earliest...latest).contains(instant)
    }
}
