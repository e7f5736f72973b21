import BigInt

/// A student's value before rounding, in fixed point with a bound on its error.
struct ExactSum: Sendable {
    private(set) var scaled = BigInt(0)
    /// Units of 2^-bits by which `scaled` can be off.
    private(set) var error = BigUInt(0)
    let bits: Int

    init(bits: Int) {
        self.bits = bits
    }

    mutating func add(_ amount: Int64, times factor: ExactFactor) {
        let term = factor.times(amount)
        scaled += term.scaled
        error += term.error
    }

    /// Whether the sum is known to within 2^-`fractionBits`.
    func isWithin(fractionBits: Int) -> Bool {
        error.bitWidth <= bits - fractionBits
    }

    /// The integer at or below the value. BigInt's own shift cuts a negative number towards zero.
    private var floor: BigInt {
        let cut = BigInt(scaled.magnitude >> bits)
        guard scaled.sign == .minus else { return cut }
        return (BigInt(scaled.magnitude) - (cut << bits)).isZero ? -cut : -cut - 1
    }

    /// The nearest integer; nil while the error leaves open on which side of a tie the value lies.
    var rounded: BigInt? {
        let floor = floor
        let half = BigInt(1) << (bits - 1)
        let beyondTie = scaled - (floor << bits) - half
        guard beyondTie.magnitude > error else { return nil }
        return beyondTie.sign == .minus ? floor : floor + 1
    }

    /// What an exact tie at the half above `floor` rounds to. Only meaningful when `rounded` is nil.
    var roundedTie: BigInt {
        let floor = floor
        return floor % 2 == 0 ? floor : floor + 1
    }
}
