import BigInt

/// A decimal number as PostgreSQL prints a numeric: digits with a point somewhere, without zeros at either end.
struct PlainDecimal: Sendable, Hashable {
    /// The digits of a number that fits in 63 bits, and of powers of ten that a Double carries exactly.
    private static let fastDigits = 18
    private static let exactPowers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    let isNegative: Bool
    /// Values 0-9; none for zero.
    let digits: [UInt8]
    /// How many of the digits are behind the point.
    let scale: Int

    /// Nil unless `text` is an optional minus, digits, and an optional point with digits: so not for `NaN` or `1e3`.
    init?(_ text: String) {
        var isNegative = false
        var digits: [UInt8] = []
        var scale: Int?
        var hasWhole = false
        for (offset, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where offset == 0: isNegative = true
            case UInt8(ascii: ".") where hasWhole && scale == nil: scale = 0
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                hasWhole = true
                scale = scale.map { $0 + 1 }
                let digit = byte - UInt8(ascii: "0")
                if digit != 0 || !digits.isEmpty { digits.append(digit) }
            default: return nil
            }
        }
        guard hasWhole, scale != 0 else { return nil }
        var places = scale ?? 0
        while places > 0, digits.isEmpty || digits.last == 0 {
            if !digits.isEmpty { digits.removeLast() }
            places -= 1
        }
        self.isNegative = isNegative && !digits.isEmpty
        self.digits = digits
        self.scale = places
    }

    /// The number without its point.
    var coefficient: BigInt {
        var magnitude = BigUInt(0)
        if digits.count <= Self.fastDigits {
            magnitude = BigUInt(digits.reduce(0 as UInt64) { $0 * 10 + UInt64($1) })
        } else {
            for digit in digits { magnitude = magnitude * 10 + BigUInt(digit) }
        }
        return isNegative ? -BigInt(magnitude) : BigInt(magnitude)
    }

    /// The Double nearest to `coefficient / 10^scale`.
    static func double(_ coefficient: BigInt, scale: Int) -> Double? {
        // Both operands are exact, so the one division rounds once.
        if let small = Int64(exactly: coefficient), small.magnitude < 1 << 53, scale < exactPowers.count {
            return Double(small) / exactPowers[scale]
        }
        return Double("\(coefficient)e-\(scale)")
    }
}
