/// What a student's counted investments are worth at the class's first effective instant: D, and the scale of D's
/// error.
///
/// It changes only with investments or past rates, so a run that only moves the clock multiplies it by one factor.
package struct DiscountedSum: Sendable, Hashable {
    private var terms = CompensatedSum()
    /// Σ|a|·exp(-G(s))·(1 + reach at s): `16 · 2^-53` of it bounds the error of `total`, cancellation included.
    package private(set) var magnitude = 0.0

    /// Nothing invested.
    package init() {}

    /// A sum as an earlier run stored it: the same total and magnitude give the same decisions.
    package init(total: Double, magnitude: Double) {
        terms.add(total)
        self.magnitude = magnitude
    }

    /// D = Σ a·exp(-G(s)). Not finite when a Double cannot carry it; the valuation then asks for the exact path.
    package var total: Double { terms.total }

    /// Adds one counted investment; a withdrawal is a negative amount.
    @inline(__always)
    package mutating func add(_ amount: Int64, _ discount: Discount) {
        let term = Double(amount) * discount.factor
        terms.add(term)
        magnitude += term.magnitude * discount.weight
    }

    /// Whether both can come from the same investments, added in whatever order; otherwise an input changed between
    /// them.
    package func agrees(with other: DiscountedSum) -> Bool {
        guard total.isFinite, other.total.isFinite else { return total.isFinite == other.total.isFinite }
        return (total - other.total).magnitude <= Accrual.unit * (magnitude + other.magnitude)
    }
}
