import Glibc

/// The integral of k from a class's first effective instant to some instant, with what its rounding errors scale with.
struct GrowthExponent: Sendable, Hashable {
    /// Beyond this a Double's range could cut a sum short, and the high-precision path takes over.
    static let furthest = 600.0

    /// G: the logarithm of what one coin grew by. Negative before the first rate, where growth is positive.
    let growth: Double
    /// The integral of |k|. Equals |G| unless the class had both positive and negative rates.
    let reach: Double

    /// exp(-G): what one coin of this instant was worth at the first effective instant. NaN when out of reach or
    /// unknown.
    var discount: Discount {
        guard reach <= Self.furthest else { return Discount(factor: .nan, weight: 1) }
        return Discount(factor: exp(-growth), weight: 1 + reach)
    }

    /// exp(G), for the instant at which students are valued.
    var accrual: Accrual {
        guard reach <= Self.furthest else { return Accrual(factor: .nan, weight: 1) }
        return Accrual(factor: exp(growth), weight: 1 + reach)
    }
}

/// What turns an amount of some instant into its share of a student's discounted sum.
package struct Discount: Sendable, Hashable {
    /// exp(-G(s)); NaN when a Double cannot carry it.
    package let factor: Double
    /// 1 + the reach of G at s: how much an error in the rates or the clockwork weighs here.
    package let weight: Double
}
