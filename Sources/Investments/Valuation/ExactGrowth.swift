import BigInt
import Primitives

/// G of one class in fixed point: exact but for its logarithms, which are within two units of the precision's scale.
///
/// G stays an integer, the sum of scaled logarithms times microseconds, until a month is divided out of a difference.
struct ExactGrowth: Sendable {
    let precision: ExactPrecision
    private let curve: GrowthCurve
    private let logarithms: [BigInt]
    /// Scaled logarithm times microseconds from the first effective instant up to each step.
    private let prefixes: [BigInt]

    init(_ curve: GrowthCurve, precision: ExactPrecision, logarithms cache: inout ExactLogarithms) {
        self.precision = precision
        self.curve = curve
        var logarithms: [BigInt] = []
        var prefixes: [BigInt] = []
        logarithms.reserveCapacity(curve.steps.count)
        prefixes.reserveCapacity(curve.steps.count)
        var prefix = BigInt(0)
        for (index, step) in curve.steps.enumerated() {
            let logarithm = cache.logarithm(of: step.rate, precision)
            logarithms.append(logarithm)
            prefixes.append(prefix)
            guard index + 1 < curve.steps.count else { break }
            prefix += logarithm * BigInt(curve.steps[index + 1].start.microseconds - step.start.microseconds)
        }
        self.logarithms = logarithms
        self.prefixes = prefixes
    }

    /// G scaled and times a month's microseconds. Fails where the class has no rate.
    func position(at instant: Instant) throws(ValuationFinding) -> BigInt {
        let index: Int
        switch (curve.stepIndex(at: instant), curve.policy) {
        case (let found?, _): index = found
        case (nil, .firstRateHolds): index = 0
        case (nil, .zero): return 0
        case (nil, .error): throw .noRate
        }
        let elapsed = instant.microseconds - curve.steps[index].start.microseconds
        return prefixes[index] + logarithms[index] * BigInt(elapsed)
    }

    /// What a coin grows by from one instant to a later one.
    func factor(from start: Instant, to end: Instant) throws(ValuationFinding) -> ExactFactor {
        try factor(over: position(at: end) - position(at: start))
    }

    /// What a coin grows by over a difference of positions.
    func factor(over difference: BigInt) throws(ValuationFinding) -> ExactFactor {
        let month = BigInt(MonthlyRate.microsecondsInMonth)
        var (exponent, remainder) = difference.quotientAndRemainder(dividingBy: month)
        if remainder.sign == .minus, !remainder.isZero {
            exponent -= 1
            remainder += month
        }
        guard let (mantissa, power) = precision.exponential(exponent) else { throw .overflow }
        return ExactFactor(mantissa: mantissa, exponent: power, precision: precision)
    }
}

/// A positive number as mantissa · 2^exponent / 2^workingBits, within 2^-(bits + 16) of the truth relative to it.
///
/// The exponential itself is within 2^-(bits + 24); its argument, off by two units for each of at most 2^17 months,
/// adds less than 2^-(bits + 36), since there are at least 56 bits between `bits` and `workingBits`.
struct ExactFactor: Sendable {
    let mantissa: BigUInt
    let exponent: Int
    let precision: ExactPrecision

    /// amount · factor, scaled by 2^bits, and the units by which it can be off.
    func times(_ amount: Int64) -> (scaled: BigInt, error: BigUInt) {
        let product = mantissa * BigUInt(amount.magnitude)
        let shift = exponent - (precision.workingBits - precision.bits)
        let scaled = shift >= 0 ? product << shift : product >> -shift
        let slack = exponent + 1 - 16
        let share = BigUInt(amount.magnitude)
        let error = (slack >= 0 ? share << slack : share >> -slack) + 2
        return (amount < 0 ? -BigInt(scaled) : BigInt(scaled), error)
    }
}

/// Scaled logarithms of rates by precision: the classes of a school share a handful of rates.
struct ExactLogarithms: Sendable {
    /// Emptied when it grows beyond this, so that a run over strange data stays small.
    private static let largestCount = 4_096

    private var known: [Key: BigInt] = [:]

    private struct Key: Hashable {
        let rate: MonthlyRate
        let bits: Int
    }

    mutating func logarithm(of rate: MonthlyRate, _ precision: ExactPrecision) -> BigInt {
        let key = Key(rate: rate, bits: precision.bits)
        if let logarithm = known[key] { return logarithm }
        if known.count >= Self.largestCount { known.removeAll(keepingCapacity: true) }
        let factor = rate.monthlyFactor
        let logarithm = precision.logarithm(factor.numerator, over: factor.denominator)
        known[key] = logarithm
        return logarithm
    }
}
