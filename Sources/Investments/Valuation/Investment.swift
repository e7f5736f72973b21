package import Primitives

/// Coins a student put into the class, or took out when the amount is negative.
package struct Investment: Sendable, Hashable {
    package let id: Int64
    package let amount: Int64
    /// When it begins to grow: the moment of a timestamp, local midnight in the class's zone of a date.
    package let instant: Instant

    package init(id: Int64, amount: Int64, instant: Instant) {
        self.id = id
        self.amount = amount
        self.instant = instant
    }
}

/// Whether an investment is part of a valuation, and why not.
package enum Inclusion: String, Sendable, Hashable, CaseIterable {
    case counted
    /// Dated after the instant of the valuation.
    case future
    /// Dated after the class ended, though not after the instant of the valuation.
    case afterEnd = "after-end"
    /// Dated before the year 1, which no valuation reaches: `-infinity`.
    case invalidDate = "invalid-date"
    /// Its class has no value: no rate, an unknown zone.
    case unvaluedClass = "unvalued-class"
}
