import BigInt
import Glibc
import Investments
import Testing

@Suite struct MonthlyRateTests {
    @Test(arguments: [
        ("0", "0"), ("0.00", "0"), ("-0.00", "0"), ("0.01", "0.01"), ("0.0100", "0.01"), ("-0.99", "-0.99"),
        ("1", "1"), ("100", "100"), ("12.50", "12.5"), ("00.5", "0.5"),
        ("0.00000000000000000000000000001", "0.00000000000000000000000000001"),
        ("-0.99999999999999999999999999999", "-0.99999999999999999999999999999"),
        ("0.3333333333333333333333333333", "0.3333333333333333333333333333"),
    ])
    func `a numeric is read exactly and written as short as it can be`(text: String, shortest: String) throws {
        let rate = try MonthlyRate(text)
        #expect(rate.description == shortest)
        #expect(rate == (try MonthlyRate(shortest)))
    }

    @Test(arguments: [
        "", "-", ".", "NaN", "Infinity", "-Infinity", "-1", "-1.0", "-1.00000001", "-2", "1e3", "+1", " 1", "1 ", "1.",
        ".5", "1.2.3", "1,5", "0x1", "--1", "1-", "٣", String(repeating: "9", count: 101),
        "0." + String(repeating: "0", count: 100) + String(repeating: "3", count: 101),
        "0." + String(repeating: "0", count: 250) + "1",
    ])
    func `what is no rate above minus one is a finding with its text`(text: String) {
        #expect(throws: ValuationFinding.invalidRate(text: text)) { try MonthlyRate(text) }
    }

    @Test func `a rate of a hundred zeros behind its point is still a rate`() throws {
        let text = "0." + String(repeating: "0", count: 200) + "5" + String(repeating: "0", count: 1_000)
        #expect(try MonthlyRate(text).logarithm == 5e-201)
    }

    @Test(arguments: [
        ("0", 0), ("0.01", 0.009950330853168083), ("1", 0.6931471805599453), ("-0.5", -0.6931471805599453),
        ("-0.99999999", -18.420680743952367), ("0.00000001", 9.9999999500000003e-9),
        ("-0.999999999999999999999", -48.354286952874965),
    ])
    func `the logarithm is right to the last bits, next to minus one too`(text: String, expected: Double) throws {
        let logarithm = try MonthlyRate(text).logarithm
        #expect((logarithm - expected).magnitude <= 4 * 0x1p-53 * expected.magnitude)
    }

    @Test func `k is the growth of one microsecond of a month of thirty days`() throws {
        let rate = try MonthlyRate("0.05")
        #expect((exp(rate.growthPerMicrosecond * 2_592_000_000_000) - 1.05).magnitude < 1e-15)
    }

    @Test func `the factor of a month is a fraction`() throws {
        let factor = try MonthlyRate("-0.125").monthlyFactor
        #expect(factor.numerator == 875)
        #expect(factor.denominator == 1_000)
    }
}
