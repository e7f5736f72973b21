import BigInt
import Primitives
import Testing

@testable import Investments

@Suite struct ExplanationTests {
    private static func explanation(_ student: Student) throws -> Explanation {
        var exact = ExactValuation()
        return try student.valuation.explanation(of: student.holdings, using: &exact)
    }

    @Test func `each investment is followed through the rates, and the sum is shown before it is rounded`() throws {
        let student = Student(
            rates: [(0, "0.0500"), (2 * month, "-0.1")], end: 3 * month, asOf: 5 * month,
            investments: [(0, 100), (month, -20), (3 * month, 7), (4 * month, 9), (6 * month, 11)])
        let explanation = try Self.explanation(student)
        let seconds: (Int64) -> Instant = { Instant(seconds: newYear + $0) }
        #expect(explanation.asOf == seconds(5 * month))
        #expect(explanation.horizon == seconds(3 * month))
        #expect(explanation.investments.map(\.inclusion) == [.counted, .counted, .counted, .afterEnd, .future])
        #expect(explanation.investments.map(\.factor) == ["0.99225", "0.945", "1", nil, nil])
        #expect(explanation.investments.map(\.value) == ["99.225", "-18.9", "7", nil, nil])
        #expect(
            explanation.investments[0].stretches == [
                ExplainedStretch(start: seconds(0), end: seconds(2 * month), rate: "0.05", factor: "1.1025"),
                ExplainedStretch(start: seconds(2 * month), end: seconds(3 * month), rate: "-0.1", factor: "0.9"),
            ])
        #expect(explanation.investments[2].stretches == [])
        #expect(explanation.sum == "87.325")
        #expect(explanation.amount == 87)
        #expect(explanation.findings == [.futureInvestments(count: 1)])
    }

    @Test func `time before the first rate is shown as the policy has it`() throws {
        var student = Student(rates: [(0, "0.1"), (month, "0")], asOf: month, investments: [(-month, 100)])
        let held = try Self.explanation(student).investments[0]
        #expect(held.stretches.map(\.rate) == ["0.1"])
        #expect(held.factor == "1.21")
        student.policy = .zero
        let still = try Self.explanation(student).investments[0]
        #expect(still.stretches.map(\.rate) == [nil, "0.1"])
        #expect(still.stretches.map(\.factor) == ["1", "1.1"])
        student.policy = .error
        #expect(throws: ValuationFinding.noRate) { try Self.explanation(student) }
    }

    @Test func `factors have twenty digits, and an exponent where zeros would hide them`() throws {
        let growth = Student(rates: [(0, "0.05")], asOf: day, investments: [(0, 1_000_000)])
        #expect(try Self.explanation(growth).investments[0].factor == "1.0016276620118330717")
        let shrunk = Student(rates: [(0, "-0.99")], asOf: 85 * month, investments: [(0, 1)])
        #expect(try Self.explanation(shrunk).investments[0].factor == "1e-170")
        #expect(try Self.explanation(shrunk).sum == "0")
        let grown = Student(rates: [(0, "1")], asOf: 60 * month, investments: [(0, 1)])
        #expect(try Self.explanation(grown).investments[0].factor == "1152921504606846976")
    }

    @Test func `a student without investments is worth zero, with nothing to explain`() throws {
        let explanation = try Self.explanation(Student(rates: [(0, "0.1")], asOf: month, investments: []))
        #expect(explanation.sum == "0")
        #expect(explanation.amount == 0)
        #expect(explanation.investments.isEmpty)
    }

    @Test func `the amount explained is the amount valued`() throws {
        var random = SplitMix(seed: 31)
        for _ in 0..<100 {
            let student = Student.random(using: &random)
            guard let value = try? student.valued() else { continue }
            let explanation = try Self.explanation(student)
            #expect(explanation.amount == value.amount)
            #expect(explanation.findings == value.findings)
            #expect(explanation.investments.count { $0.inclusion == .counted } == value.counted)
        }
    }

    @Test(arguments: [
        (1, 1, 3, "0.5"), (-1, 1, 3, "-0.5"), (5, 2, 1, "1.2"), (7, 2, 1, "1.8"), (-5, 2, 1, "-1.2"), (12, 0, 24, "12"),
        (100, 0, 0, "100"), (1, 10, 2, "0"), (-1, 10, 2, "0"), (1, 10, 24, "0.0009765625"),
    ])
    func `fixed point is written as a decimal`(scaled: Int, bits: Int, digits: Int, text: String) {
        #expect(DecimalText.fixed(BigInt(scaled), bits: bits, fractionDigits: digits) == text)
    }

    @Test(arguments: [
        (0, 3, "1"), (4, 3, "16"), (10, 3, "1020"), (10, 4, "1024"), (-1, 3, "0.5"), (-10, 3, "0.000977"),
        (140, 4, "1.394e42"), (-40, 3, "9.09e-13"), (133, 5, "10889000000000000000000000000000000000000"),
    ])
    func `powers of two are written with the digits asked for`(exponent: Int, digits: Int, text: String) {
        let precision = ExactPrecision(bits: 320)
        let one = BigUInt(1) << precision.workingBits
        let factor = ExactFactor(mantissa: one, exponent: exponent, precision: precision)
        #expect(DecimalText.significant(factor, digits: digits) == text)
    }

    @Test func `rounding up to the next power of ten moves the point`() {
        let precision = ExactPrecision(bits: 320)
        let almostTwo = (BigUInt(2) << precision.workingBits) - 1
        // 2^3 · 2 - ε = 16, and 9.99… rounds to 10.
        let sixteen = ExactFactor(mantissa: almostTwo, exponent: 3, precision: precision)
        #expect(DecimalText.significant(sixteen, digits: 5) == "16")
        let ten = ExactFactor(
            mantissa: (BigUInt(10) << (precision.workingBits - 3)) - 1, exponent: 3, precision: precision)
        #expect(DecimalText.significant(ten, digits: 5) == "10")
    }
}
