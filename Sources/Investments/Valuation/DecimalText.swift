import BigInt

/// Binary fixed point as decimal text for people: rounded half to even, without zeros at the end.
enum DecimalText {
    /// Numbers with more zeros in front, or more digits before the point, are written with an exponent.
    private static let plainExponents = -10...40

    /// `scaled / 2^bits` with at most `fractionDigits` behind the point.
    static func fixed(_ scaled: BigInt, bits: Int, fractionDigits: Int) -> String {
        let shifted = Rounding.halfEven(scaled * BigInt(10).power(fractionDigits), bits: bits)
        let text = pointed(String(shifted.magnitude), fractionDigits: fractionDigits)
        return shifted.sign == .minus && !shifted.isZero ? "-" + text : text
    }

    /// A factor with `digits` significant digits: `1.0125`, `3.2e-50`.
    static func significant(_ factor: ExactFactor, digits: Int) -> String {
        guard !factor.mantissa.isZero else { return "0" }
        var exponent = Int((Double(factor.exponent) * 0.30102999566398120).rounded(.down))
        var rounded = leading(factor, digits: digits, exponent: exponent)
        // The estimate is low by one when the mantissa carries it over a power of ten, and by one when rounding does.
        while rounded.count > digits {
            exponent += 1
            rounded = leading(factor, digits: digits, exponent: exponent)
        }
        if plainExponents.contains(exponent) {
            let fractionDigits = digits - 1 - exponent
            guard fractionDigits < 0 else { return pointed(rounded, fractionDigits: fractionDigits) }
            return rounded + String(repeating: "0", count: -fractionDigits)
        }
        return pointed(rounded, fractionDigits: digits - 1) + "e\(exponent)"
    }

    /// factor · 10^(digits - 1 - exponent), rounded.
    private static func leading(_ factor: ExactFactor, digits: Int, exponent: Int) -> String {
        let power = digits - 1 - exponent
        let shift = factor.exponent - factor.precision.workingBits
        var numerator = BigInt(factor.mantissa)
        var denominator = BigInt(1)
        if power >= 0 { numerator *= BigInt(10).power(power) } else { denominator *= BigInt(10).power(-power) }
        if shift >= 0 { numerator <<= shift } else { denominator <<= -shift }
        return String(Rounding.halfEven(numerator, over: denominator))
    }

    private static func pointed(_ digits: String, fractionDigits: Int) -> String {
        let filled = String(repeating: "0", count: max(0, fractionDigits + 1 - digits.utf8.count)) + digits
        var fraction = filled.suffix(fractionDigits)
        while fraction.last == "0" { fraction.removeLast() }
        let whole = filled.dropLast(fractionDigits)
        return fraction.isEmpty ? String(whole) : whole + "." + fraction
    }
}
