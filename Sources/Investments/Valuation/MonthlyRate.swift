package import BigInt
import Glibc

/// The interest of one month of 30 days as an exact decimal, where 0.01 is 1%: above -1, and 0 is a rate like any
/// other.
package struct MonthlyRate: Sendable, Hashable {
    /// More digits than any rate a person types or a division in PostgreSQL yields.
    package static let largestDigitCount = 100
    /// Digits behind the point; what is smaller would leave the range in which Doubles keep their precision.
    package static let largestScale = 250
    /// A month is 30 days of 86,400 seconds, as the school has always counted.
    package static let microsecondsInMonth: Int64 = 2_592_000_000_000

    /// The rate without its point: 0.0125 is 125 with a scale of 4. Never ends in a zero unless the scale is 0.
    package let coefficient: BigInt
    /// Digits behind the point.
    package let scale: Int
    /// ln(1 + rate), within 3.5 · 2^-53 relative to it: 1.45 for rounding the argument once, 2 for the function.
    package let logarithm: Double

    /// Reads what PostgreSQL prints for a numeric: a sign, digits, a point, digits.
    package init(_ text: String) throws(ValuationFinding) {
        guard let decimal = PlainDecimal(text), decimal.digits.count <= Self.largestDigitCount,
            decimal.scale <= Self.largestScale, let rate = MonthlyRate(decimal)
        else { throw .invalidRate(text: text) }
        self = rate
    }

    private init?(_ decimal: PlainDecimal) {
        coefficient = decimal.coefficient
        scale = decimal.scale
        let unit = BigInt(10).power(scale)
        guard coefficient > -unit else { return nil }
        // Near -1 the sum is exact in decimal, while rounding the rate first would leave mostly noise.
        let isNearMinusOne = coefficient * 2 <= -unit
        let argument = isNearMinusOne ? coefficient + unit : coefficient
        guard let rounded = PlainDecimal.double(argument, scale: scale) else { return nil }
        logarithm = isNearMinusOne ? log(rounded) : log1p(rounded)
    }

    /// The factor of one month as a fraction, in no particular terms: 1 + rate = numerator / 10^scale.
    package var monthlyFactor: (numerator: BigUInt, denominator: BigUInt) {
        let unit = BigUInt(10).power(scale)
        return ((BigInt(unit) + coefficient).magnitude, unit)
    }

    /// k: the growth of a coin in one microsecond is exp(k).
    package var growthPerMicrosecond: Double {
        logarithm / Double(Self.microsecondsInMonth)
    }
}

extension MonthlyRate: CustomStringConvertible {
    /// The shortest decimal: `0.0125`, `-0.5`, `0`.
    package var description: String {
        let digits = String(coefficient.magnitude)
        let sign = coefficient.sign == .minus && !coefficient.isZero ? "-" : ""
        guard scale > 0 else { return sign + digits }
        let filled = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
        return sign + filled.dropLast(scale) + "." + filled.suffix(scale)
    }
}
