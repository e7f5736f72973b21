import BigInt
package import Primitives

/// Values students in high precision, for what Doubles cannot decide: results next to a tie, and very large ones.
///
/// Precision starts at 185 bits behind the point for any amount that fits in 64 bits (55 decimal digits, so more than
/// 40 significant ones of anything above 10^-15) and widens until the value is known to 2^-160 and its side of a tie is
/// clear. A tie never becomes clear that way. Over whole months it is proved as a fraction; anything else within 2^-480
/// of a tie is taken for one, as 21% over half a month is, whose factor is 1.1.
///
/// Keeps the logarithms of the rates it met and the growth of the last class, so value students class by class.
package struct ExactValuation: Sendable {
    /// The value before rounding is known at least this far behind the point.
    static let fractionBits = 160
    /// A value this near to a tie is one.
    static let tieBits = 480

    private var logarithms = ExactLogarithms()
    private var precisions: [ExactPrecision] = []
    private var growths: [ExactGrowth] = []
    private var curve: GrowthCurve?

    package init() {}

    /// The value of the investments that count as of `asOf`, rounded once half to even.
    ///
    /// Fails as `overflow` outside 64 bits, as `noRate` if one of them began before the first rate of a class whose
    /// policy forbids that, as `invalidDate` if one lies before the year 1 or `asOf` is no date of a valuation.
    package mutating func value(
        of investments: [Investment], under terms: ClassTerms, asOf: Instant
    ) throws(ValuationFinding) -> Int64 {
        try result(of: investments, under: terms, asOf: asOf).amount
    }

    /// The same with the sum before rounding.
    mutating func result(
        of investments: [Investment], under terms: ClassTerms, asOf: Instant
    ) throws(ValuationFinding) -> ExactResult {
        let counted = try terms.counted(investments, asOf: asOf)
        let horizon = terms.horizon(asOf: asOf)
        for width in ExactPrecision.widths.indices {
            let growth = growth(of: terms.curve, width: width)
            let sum = try growth.sum(of: counted, at: horizon)
            guard sum.isWithin(fractionBits: Self.fractionBits) else { continue }
            if let rounded = sum.rounded {
                return ExactResult(amount: try Self.narrowed(rounded), sum: sum, growth: growth)
            }
            let isSettled =
                sum.isWithin(fractionBits: Self.tieBits)
                || ExactFraction(counted, until: horizon, on: terms.curve)?.isTie == true
            if isSettled {
                return ExactResult(amount: try Self.narrowed(sum.roundedTie), sum: sum, growth: growth)
            }
        }
        throw .overflow
    }

    private static func narrowed(_ amount: BigInt) throws(ValuationFinding) -> Int64 {
        guard let narrow = Int64(exactly: amount) else { throw .overflow }
        return narrow
    }

    private mutating func growth(of curve: GrowthCurve, width: Int) -> ExactGrowth {
        if self.curve != curve {
            self.curve = curve
            growths.removeAll(keepingCapacity: true)
        }
        while precisions.count <= width {
            precisions.append(ExactPrecision(bits: ExactPrecision.widths[precisions.count]))
        }
        while growths.count <= width {
            growths.append(ExactGrowth(curve, precision: precisions[growths.count], logarithms: &logarithms))
        }
        return growths[width]
    }
}

/// What the high-precision path found, and the growth it used, for those who want to see how.
struct ExactResult: Sendable {
    let amount: Int64
    let sum: ExactSum
    let growth: ExactGrowth
}

extension ExactGrowth {
    func sum(of counted: [Investment], at horizon: Instant) throws(ValuationFinding) -> ExactSum {
        var sum = ExactSum(bits: precision.bits)
        guard !counted.isEmpty else { return sum }
        let end = try position(at: horizon)
        for investment in counted {
            let factor = try factor(over: end - position(at: investment.instant))
            sum.add(investment.amount, times: factor)
        }
        return sum
    }
}

extension ClassTerms {
    /// The investments that count as of `asOf`. Fails if one has a date that no valuation reaches.
    func counted(_ investments: [Investment], asOf: Instant) throws(ValuationFinding) -> [Investment] {
        guard ValuationSpan.contains(asOf) else { throw .invalidDate(asOf) }
        var counted: [Investment] = []
        counted.reserveCapacity(investments.count)
        for investment in investments {
            switch inclusion(of: investment.instant, asOf: asOf) {
            case .counted: counted.append(investment)
            case .invalidDate: throw .invalidDate(investment.instant)
            case .future, .afterEnd, .unvaluedClass: continue
            }
        }
        return counted
    }
}
