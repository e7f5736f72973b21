/// What a class's coins grew by from its first effective instant to the instant of the valuation: exp(G(T*)).
package struct Accrual: Sendable, Hashable {
    /// exp(G(T*)); NaN when a Double cannot carry it.
    package let factor: Double
    /// 1 + the reach of G at T*.
    package let weight: Double

    /// 16 units of rounding, u = 2^-53.
    ///
    /// Where the 16 comes from, to first order in u, for sums of fewer than 2^40 terms (Higham, Accuracy and Stability
    /// of Numerical Algorithms, §§2.2, 4.3), with glibc's exp, log and log1p within 1 ulp = 2u:
    /// - ln(1+m) costs 1.45u for its rounded argument and 2u for the function, k another u for the division, a span in
    ///   microseconds u when it exceeds 2^53, the product k·Δt u: at most 7u of each segment's |k|·Δt;
    /// - the compensated prefix rounds once, the last addition once: G(t) is within 9u·R, R the integral of |k| up to
    ///   t;
    /// - exp turns that absolute error into a relative one of 9u·R and adds 2u: exp(±G(t)) is within (2 + 9R)u;
    /// - amount and product round once each, the compensated sum costs 3u·Σ|terms|: D is within Σ|a|exp(-G(s))·(7 +
    ///   9R(s))u, hence within 9u·M where M weighs each term by 1 + R(s);
    /// - exp(G(T*)) costs (2 + 9R(T*))u and the product u: the value is within exp(G(T*))·9u·(M + (1 + R(T*))·|D|).
    ///
    /// 16 instead of 9 pays for the second order, for M and |D| being rounded themselves and for M's plain summation.
    static let unit = 0x1p-49

    /// Amounts beyond this are out of 64 bits whichever way they round.
    private static let beyond = 0x1p63

    /// The value before rounding, and how far from the truth it can be at most. Either may be NaN or infinite.
    package func estimate(of sum: DiscountedSum) -> (value: Double, bound: Double) {
        let total = sum.total
        let spread = sum.magnitude + weight * total.magnitude
        return (factor * total, factor * (Self.unit * spread) + .leastNormalMagnitude)
    }

    /// The value of a student, rounded once half to even, if a Double can prove it.
    package func decision(for sum: DiscountedSum) -> ValuationDecision {
        if sum.magnitude == 0 { return .rounded(0) }
        let (value, bound) = estimate(of: sum)
        // Written so that NaN falls through to the exact path.
        if value.magnitude - bound > Self.beyond, bound < .infinity { return .overflow }
        guard bound < 0.5, value.magnitude < Self.beyond else { return .needsExact }
        let distanceToTie = (value - value.rounded(.down) - 0.5).magnitude
        guard distanceToTie > bound else { return .needsExact }
        return .rounded(Int64(value.rounded(.toNearestOrEven)))
    }
}

/// What the arithmetic of Doubles can say of a student's value.
package enum ValuationDecision: Sendable, Hashable {
    /// Certain: no rounding error can change it.
    case rounded(Int64)
    /// Too near a tie, or too large: only the high-precision path can tell.
    case needsExact
    /// Certain not to fit in 64 bits.
    case overflow
}
