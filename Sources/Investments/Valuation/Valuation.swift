package import Primitives

/// What the students of one class have as of one instant: value(a, s) = a · exp(G(T*) - G(s)), summed, rounded once.
///
/// The same rule before and after the class has ended, and for a withdrawal, which is a negative amount.
package struct Valuation: Sendable {
    package let terms: ClassTerms
    package let asOf: Instant
    /// T*: where growth ends.
    package let horizon: Instant
    private let accrual: Accrual

    /// Fails as `invalidDate` when `asOf` is outside the years 1 to 9999.
    package init(_ terms: ClassTerms, asOf: Instant) throws(ValuationFinding) {
        guard ValuationSpan.contains(asOf) else { throw .invalidDate(asOf) }
        self.terms = terms
        self.asOf = asOf
        horizon = terms.horizon(asOf: asOf)
        accrual = terms.curve.accrual(at: horizon)
    }

    /// The value of a student's investments, correctly rounded.
    ///
    /// Doubles decide where their error bound allows it, high precision elsewhere: the result does not depend on which,
    /// nor on the order of the investments. Fails as `overflow`, `noRate` or `invalidDate`.
    package func value(
        of investments: [Investment], using exact: inout ExactValuation
    ) throws(ValuationFinding) -> StudentValue {
        var value = try surveyed(investments)
        switch accrual.decision(for: value.discounted) {
        case .rounded(let amount): value.amount = amount
        case .overflow: throw .overflow
        case .needsExact:
            value.amount = try exact.value(of: investments, under: terms, asOf: asOf)
            value.isExact = true
        }
        return value
    }

    /// Every number that leads to the value of a student's investments. Fails as `value` does.
    package func explanation(
        of investments: [Investment], using exact: inout ExactValuation
    ) throws(ValuationFinding) -> Explanation {
        var value = try surveyed(investments)
        let result = try exact.result(of: investments, under: terms, asOf: asOf)
        value.amount = result.amount
        return try Explanation(of: investments, valued: value, result: result, in: self)
    }

    /// Counts and sums without deciding the amount.
    private func surveyed(_ investments: [Investment]) throws(ValuationFinding) -> StudentValue {
        var value = StudentValue()
        for investment in investments {
            switch terms.inclusion(of: investment.instant, asOf: asOf) {
            case .counted:
                value.counted += 1
                value.discounted.add(investment.amount, terms.curve.discount(at: investment.instant))
            case .future:
                value.future += 1
                let isWithinClass = investment.instant <= terms.end ?? investment.instant
                guard isWithinClass else { continue }
                value.nextCounted = min(value.nextCounted ?? investment.instant, investment.instant)
            case .afterEnd: value.afterEnd += 1
            case .invalidDate, .unvaluedClass: throw .invalidDate(investment.instant)
            }
        }
        return value
    }
}

/// A student's value and how it came about.
package struct StudentValue: Sendable, Hashable {
    package fileprivate(set) var amount: Int64 = 0
    /// D and its scale, for runs that only move the clock.
    package fileprivate(set) var discounted = DiscountedSum()
    package fileprivate(set) var counted = 0
    package fileprivate(set) var future = 0
    package fileprivate(set) var afterEnd = 0
    /// When the first of the future investments begins to count: from then on `discounted` is out of date.
    package fileprivate(set) var nextCounted: Instant?
    /// Whether Doubles could not decide it.
    package fileprivate(set) var isExact = false

    /// What an operator should know of this student.
    package var findings: [ValuationFinding] {
        var findings: [ValuationFinding] = []
        if future > 0 { findings.append(.futureInvestments(count: future)) }
        if amount < 0 { findings.append(.negativeBalance(amount: amount)) }
        return findings
    }
}

extension ClassTerms {
    /// What an operator should know of this class.
    package var findings: [ValuationFinding] {
        end == nil ? [.noEndDate] : []
    }
}
