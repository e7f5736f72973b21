package import BigInt

/// The one rounding of this system: to the nearest integer, a tie to the even one.
package enum Rounding {
    /// `numerator / denominator`, for a positive denominator.
    package static func halfEven<I: SignedInteger>(_ numerator: I, over denominator: I) -> I {
        precondition(denominator > 0, "a division by a count needs a count above zero")
        var (floor, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        if remainder < 0 {
            floor -= 1
            remainder += denominator
        }
        // Compared to what is left rather than doubled, which could overflow.
        let rest = denominator - remainder
        let isUp = remainder == rest ? floor % 2 != 0 : remainder > rest
        return isUp ? floor + 1 : floor
    }

    /// `scaled / 2^bits`.
    package static func halfEven(_ scaled: BigInt, bits: Int) -> BigInt {
        halfEven(scaled, over: BigInt(1) << bits)
    }
}
