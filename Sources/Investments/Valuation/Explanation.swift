package import Primitives

/// How a student's amount comes about: every investment, its growth over each rate, the sum before it is rounded.
///
/// Decimals are texts of the high-precision path, cut behind zeros: a sum has up to 24 digits behind the point, a
/// factor 20 significant ones.
package struct Explanation: Sendable, Hashable {
    /// The digits behind the point of sums and values.
    static let fractionDigits = 24
    /// The significant digits of factors.
    static let factorDigits = 20

    package let asOf: Instant
    /// T*: where growth ends.
    package let horizon: Instant
    package let investments: [ExplainedInvestment]
    /// The sum of the values before rounding.
    package let sum: String
    package let amount: Int64
    package let findings: [ValuationFinding]

    init(
        of investments: [Investment], valued value: StudentValue, result: ExactResult, in valuation: Valuation
    ) throws(ValuationFinding) {
        asOf = valuation.asOf
        horizon = valuation.horizon
        amount = result.amount
        findings = value.findings
        sum = DecimalText.fixed(result.sum.scaled, bits: result.sum.bits, fractionDigits: Self.fractionDigits)
        var explained: [ExplainedInvestment] = []
        explained.reserveCapacity(investments.count)
        for investment in investments {
            explained.append(try ExplainedInvestment(investment, growth: result.growth, in: valuation))
        }
        self.investments = explained
    }
}

/// One investment of an explanation.
package struct ExplainedInvestment: Sendable, Hashable {
    package let id: Int64
    package let amount: Int64
    package let instant: Instant
    /// Whether it counted, and if not, why.
    package let inclusion: Inclusion
    /// Its time under each rate, in order; none if it did not count or began at the horizon.
    package let stretches: [ExplainedStretch]
    /// What each coin became; nil if it did not count.
    package let factor: String?
    /// What the amount became before rounding; nil if it did not count.
    package let value: String?

    init(_ investment: Investment, growth: ExactGrowth, in valuation: Valuation) throws(ValuationFinding) {
        id = investment.id
        amount = investment.amount
        instant = investment.instant
        inclusion = valuation.terms.inclusion(of: investment.instant, asOf: valuation.asOf)
        guard inclusion == .counted else {
            stretches = []
            factor = nil
            value = nil
            return
        }
        var explained: [ExplainedStretch] = []
        for stretch in valuation.terms.curve.stretches(from: investment.instant, to: valuation.horizon) {
            let factor = try growth.factor(from: stretch.start, to: stretch.end)
            explained.append(
                ExplainedStretch(
                    start: stretch.start, end: stretch.end, rate: stretch.rate?.description,
                    factor: DecimalText.significant(factor, digits: Explanation.factorDigits)))
        }
        stretches = explained
        let whole = try growth.factor(from: investment.instant, to: valuation.horizon)
        factor = DecimalText.significant(whole, digits: Explanation.factorDigits)
        value = DecimalText.fixed(
            whole.times(investment.amount).scaled, bits: growth.precision.bits,
            fractionDigits: Explanation.fractionDigits)
    }
}

/// A time in which one rate held.
package struct ExplainedStretch: Sendable, Hashable {
    package let start: Instant
    package let end: Instant
    /// The monthly rate; nil before the first rate of a class whose coins keep their face value until then.
    package let rate: String?
    package let factor: String
}
