import BigInt

/// Logarithms and exponentials in fixed point, to a chosen number of fraction bits, with errors that are counted.
///
/// Numbers are integers scaled by `2^workingBits`; every truncation costs at most one unit of that scale. The guard
/// bits between `bits` and `workingBits` absorb them all.
struct ExactPrecision: Sendable {
    /// The widths that are tried, narrow first: 320 bits carry 185 fraction bits of any amount that fits in 64.
    static let widths = [320, 640, 1_280, 2_560, 5_120]
    /// Growth beyond 2^this is refused as overflow before any work is done on it.
    static let largestExponent = 5_120
    /// Terms of the exponential's series: the largest factorial that fits in a word.
    private static let degree = 20
    private static let factorial: BigUInt = (1...20).reduce(BigUInt(1)) { $0 * BigUInt($1) }

    /// Fraction bits of the sums made from it.
    let bits: Int
    /// Fraction bits of exponents, logarithms and mantissas.
    let workingBits: Int
    private let squarings: Int
    private let naturalLogOf2: BigUInt
    /// degree! / j! for j = 0, 1, …, scaled.
    private let coefficients: [BigUInt]

    init(bits: Int) {
        self.bits = bits
        // Whole words, since shifts by whole words are cheap. Halving the argument this often makes the series end
        // below one unit after `degree` terms: (squarings + 1/2)(degree + 1) + log2((degree + 1)!) exceeds workingBits;
        // and it leaves 40 bits that squaring does not eat.
        let needed = (bits + 40) * (Self.degree + 1) / Self.degree
        workingBits = (needed + UInt.bitWidth - 1) / UInt.bitWidth * UInt.bitWidth
        squarings = workingBits / (Self.degree + 1)
        naturalLogOf2 = Self.naturalLogOf2(bits: workingBits)
        var coefficients = [BigUInt(1) << workingBits]
        for factor in (1...Self.degree).reversed() {
            coefficients.append(coefficients[coefficients.count - 1] * BigUInt(factor))
        }
        self.coefficients = coefficients.reversed()
    }

    /// ln(numerator / denominator), scaled, within two units.
    func logarithm(_ numerator: BigUInt, over denominator: BigUInt) -> BigInt {
        var (numerator, denominator) = (numerator, denominator)
        var exponent = numerator.bitWidth - denominator.bitWidth
        if exponent > 0 { denominator <<= exponent } else { numerator <<= -exponent }
        // Now within (1/2, 2); one more step brings it within [5/7, 10/7], where the series gains five bits a term.
        if numerator * 5 > denominator * 7 {
            denominator <<= 1
            exponent += 1
        } else if numerator * 7 < denominator * 5 {
            numerator <<= 1
            exponent -= 1
        }
        let guardBits = 24
        let bits = workingBits + guardBits
        let difference = BigInt(numerator) - BigInt(denominator)
        let ratio = (difference.magnitude << bits) / (numerator + denominator)
        let series = BigInt(Self.inverseHyperbolicTangent(ratio, bits: bits) << 1)
        var result = difference.sign == .minus ? -series : series
        if exponent != 0 { result += BigInt(exponent) * BigInt(Self.naturalLogOf2(bits: bits)) }
        return result >> guardBits
    }

    /// exp(argument / 2^workingBits) as mantissa · 2^exponent / 2^workingBits with the mantissa within [1, 2).
    ///
    /// Within 2^-(bits + 24) relative to the result. Nil when it exceeds `largestExponent`; a mantissa of zero when it
    /// is smaller than anything a sum could notice.
    func exponential(_ argument: BigInt) -> (mantissa: BigUInt, exponent: Int)? {
        let coarseBits = 40
        let coarse = argument >> (workingBits - coarseBits)
        guard coarse.magnitude.bitWidth < 60 else { return coarse.sign == .minus ? (0, 0) : nil }
        // Any integer near the quotient will do; the remainder is then made to lie within [0, ln 2).
        var exponent = Int((Double(Int64(coarse)) / (0x1p40 * 0.6931471805599453)).rounded(.down))
        guard exponent < Self.largestExponent else { return nil }
        guard exponent > -2 * Self.largestExponent - bits else { return (0, 0) }
        let step = BigInt(naturalLogOf2)
        var remainder = argument - BigInt(exponent) * step
        if remainder.sign == .minus {
            remainder += step
            exponent -= 1
        } else if remainder >= step {
            remainder -= step
            exponent += 1
        }
        return (mantissa(remainder.magnitude), exponent)
    }

    /// exp of a scaled argument below ln 2: a short series at argument / 2^squarings, squared back up.
    private func mantissa(_ argument: BigUInt) -> BigUInt {
        let reduced = argument >> squarings
        var value = coefficients[Self.degree]
        for index in (0..<Self.degree).reversed() {
            value = ((value * reduced) >> workingBits) + coefficients[index]
        }
        value /= Self.factorial
        for _ in 0..<squarings { value = (value * value) >> workingBits }
        return value
    }

    /// Σ ratio^(2j+1) / (2j+1) for a scaled ratio below 1/5. Each term costs about two units.
    private static func inverseHyperbolicTangent(_ ratio: BigUInt, bits: Int) -> BigUInt {
        let square = (ratio * ratio) >> bits
        var power = ratio
        var sum = ratio
        var divisor = 1
        while !power.isZero {
            power = (power * square) >> bits
            divisor += 2
            sum += power / BigUInt(divisor)
        }
        return sum
    }

    /// ln 2 = 18 artanh(1/26) - 2 artanh(1/4801) + 8 artanh(1/8749), made once as wide as anything needs it.
    private static func naturalLogOf2(bits: Int) -> BigUInt {
        widestLogOf2 >> (widestLogBits - bits)
    }

    private static let widestLogBits = 6_400
    private static let widestLogOf2: BigUInt = {
        let guardBits = 32
        let bits = widestLogBits + guardBits
        func reciprocal(_ base: Int) -> BigUInt {
            var power = (BigUInt(1) << bits) / BigUInt(base)
            var sum = power
            var divisor = 1
            while !power.isZero {
                power /= BigUInt(base * base)
                divisor += 2
                sum += power / BigUInt(divisor)
            }
            return sum
        }
        return (reciprocal(26) * 18 + reciprocal(8_749) * 8 - reciprocal(4_801) * 2) >> guardBits
    }()
}
