import BigInt
import Investments
import Testing

@Suite struct RoundingTests {
    @Test(arguments: [
        (0, 1, 0), (1, 2, 0), (3, 2, 2), (5, 2, 2), (7, 2, 4), (-1, 2, 0), (-3, 2, -2), (-5, 2, -2), (-7, 2, -4),
        (1, 3, 0), (2, 3, 1), (-1, 3, 0), (-2, 3, -1), (10, 4, 2), (14, 4, 4), (-10, 4, -2), (6, 3, 2), (-6, 3, -2),
    ])
    func `a division rounds to the nearest, a tie to the even one`(numerator: Int, denominator: Int, expected: Int) {
        #expect(Rounding.halfEven(numerator, over: denominator) == expected)
        #expect(Rounding.halfEven(BigInt(numerator), over: BigInt(denominator)) == BigInt(expected))
    }

    @Test func `the ends of the range do not overflow`() {
        #expect(Rounding.halfEven(Int64.max, over: .max) == 1)
        #expect(Rounding.halfEven(Int64.min, over: .max) == -1)
        #expect(Rounding.halfEven(Int64.max, over: 2) == 1 << 62)
        #expect(Rounding.halfEven(Int64.min, over: 1) == .min)
    }

    @Test(arguments: [(3, 1, 2), (5, 1, 2), (-3, 1, -2), (-5, 1, -2), (7, 2, 2), (-7, 2, -2), (6, 2, 2), (-6, 2, -2)])
    func `binary fixed point rounds alike`(scaled: Int, bits: Int, expected: Int) {
        #expect(Rounding.halfEven(BigInt(scaled), bits: bits) == BigInt(expected))
    }

    @Test func `a class of nobody has the average zero and the count zero`() {
        let average = ClassAverage()
        #expect(average.amount == 0)
        #expect(average.count == 0)
    }

    @Test func `the average of a million of the largest amounts is that amount`() {
        var largest = ClassAverage()
        var smallest = ClassAverage()
        for _ in 0..<1_000_000 {
            largest.add(.max)
            smallest.add(.min)
        }
        #expect(largest.amount == .max)
        #expect(smallest.amount == .min)
        largest += smallest
        // Half a million too little on two million: -0.5 rounds to the even 0.
        #expect(largest.amount == 0)
        #expect(largest.count == 2_000_000)
    }

    static let averages: [([Int64], Int64)] = [
        ([1, 2], 2), ([2, 3], 2), ([-1, -2], -2), ([-2, -3], -2), ([1, 1, 2], 1), ([7], 7), ([0, -1], 0),
    ]

    @Test(arguments: averages)
    func `an average rounds half to even`(amounts: [Int64], expected: Int64) {
        var average = ClassAverage()
        for amount in amounts { average.add(amount) }
        #expect(average.amount == expected)
        #expect(ClassAverage(sum: average.sum, count: average.count) == average)
    }
}
