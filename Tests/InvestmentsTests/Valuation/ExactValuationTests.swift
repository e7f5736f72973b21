import BigInt
import Primitives
import Testing

@testable import Investments

@Suite struct ExactValuationTests {
    @Test(arguments: ExactPrecision.widths)
    func `logarithms and exponentials undo each other at every width`(bits: Int) throws {
        let precision = ExactPrecision(bits: bits)
        let fractions: [(Int, Int)] =
            bits > 640
            ? [(1, 1), (101, 100), (1, 1_000_000_007)]
            : [(1, 1), (2, 1), (3, 2), (101, 100), (1, 100), (1, 1_000_000_007), (99, 100), (7, 5), (5, 7)]
        for (numerator, denominator) in fractions {
            let logarithm = precision.logarithm(BigUInt(numerator), over: BigUInt(denominator))
            let factor = try #require(precision.exponential(logarithm))
            // mantissa · 2^exponent · denominator = numerator, but for the last sixteen of the bits.
            let shift = factor.exponent - precision.workingBits + precision.bits - 16
            let product = factor.mantissa * BigUInt(denominator)
            let scaled = shift >= 0 ? product << shift : product >> -shift
            let difference = BigInt(scaled) - BigInt(BigUInt(numerator) << (precision.bits - 16))
            #expect(difference.magnitude <= BigUInt(numerator) + 2)
        }
    }

    @Test func `the logarithm of two has the digits that are known`() {
        // OEIS A002162.
        let known = "69314718055994530941723212145817656807550013436025525412068000949339362196969471560586332699641868"
        let precision = ExactPrecision(bits: 640)
        let scaled = (precision.logarithm(2, over: 1) * BigInt(10).power(105)) >> precision.workingBits
        #expect(String(scaled).hasPrefix(known))
    }

    @Test func `a factor too large for anything is refused, one too small is nothing`() throws {
        let precision = ExactPrecision(bits: 320)
        let unit = BigInt(1) << precision.workingBits
        #expect(precision.exponential(unit * 4_000) == nil)
        #expect(precision.exponential(unit * BigInt(10).power(40)) == nil)
        #expect(try #require(precision.exponential(-unit * 40_000)).mantissa.isZero)
        #expect(try #require(precision.exponential(-unit * BigInt(10).power(40))).mantissa.isZero)
        #expect(try #require(precision.exponential(unit * 3_500)).exponent == 5_049)
    }

    @Test func `whole months are settled as fractions, at the first width`() throws {
        let student = Student(
            rates: [(0, "0.05"), (2 * month, "0.07")], asOf: 3 * month,
            investments: [(0, 50), (month, 50), (3 * month, 1)])
        var exact = ExactValuation()
        let result = try exact.result(
            of: student.holdings, under: student.terms, asOf: Instant(microseconds: student.asOf))
        // 50 · 1.1025 · 1.07 + 50 · 1.05 · 1.07 + 1 = 116.15875
        #expect(result.amount == 116)
        #expect(result.sum.bits == 320)
        let horizon = Instant(microseconds: student.asOf)
        let fraction = try #require(ExactFraction(student.holdings, until: horizon, on: student.terms.curve))
        #expect(!fraction.isTie)
        let tie = Student(rates: [(0, "0.05")], asOf: month, investments: [(0, 10)])
        let tied = try exact.result(of: tie.holdings, under: tie.terms, asOf: Instant(microseconds: tie.asOf))
        #expect(tied.sum.bits == 320)
        #expect(tied.amount == 10)
    }

    @Test func `months of one rate may be spent in parts`() throws {
        // Ten days, then twenty days of the same rate behind another one that lasts a month.
        let student = Student(
            rates: [(0, "0.05"), (10 * day, "0.5"), (40 * day, "0.05")], asOf: 60 * day, investments: [(0, 20)])
        let horizon = Instant(microseconds: student.asOf)
        // 20 · 1.05 · 1.5 = 31.5
        #expect(try #require(ExactFraction(student.holdings, until: horizon, on: student.terms.curve)).isTie)
        #expect(try student.valued().amount == 32)
        // 40 · 1.05 · 1.5 = 63
        let whole = [Investment(id: 0, amount: 40, instant: Instant(seconds: newYear))]
        #expect(!(try #require(ExactFraction(whole, until: horizon, on: student.terms.curve)).isTie))
    }

    @Test func `what is no fraction is taken for a tie at the second width`() throws {
        let student = Student(rates: [(0, "0.21")], asOf: month / 2, investments: [(0, 5)])
        let horizon = Instant(microseconds: student.asOf)
        #expect(ExactFraction(student.holdings, until: horizon, on: try student.terms.curve) == nil)
        var exact = ExactValuation()
        let result = try exact.result(of: student.holdings, under: student.terms, asOf: horizon)
        #expect(result.sum.bits == 640)
        #expect(result.amount == 6)
    }

    @Test(arguments: [1, -1])
    func `a millionth of a millionth beside a tie decides it`(side: Int) throws {
        // 10 coins at 5% give 10.5; the thirty-eighth digit of the rate tips them.
        let digits =
            side > 0 ? "0.05" + String(repeating: "0", count: 35) + "1" : "0.04" + String(repeating: "9", count: 36)
        let student = Student(rates: [(0, digits)], asOf: month, investments: [(0, 10)])
        #expect(try student.valued().amount == (side > 0 ? 11 : 10))
        #expect(try student.valued().isExact)
        let thirty = Student(rates: [(0, digits)], asOf: month, investments: [(0, 30)])
        #expect(try thirty.valued().amount == (side > 0 ? 32 : 31))
    }

    @Test func `one valuer goes from class to class and back`() throws {
        var random = SplitMix(seed: 9)
        let students = (0..<20).map { _ in Student.random(using: &random) }
        var shared = ExactValuation()
        for student in students + students.reversed() {
            var fresh = ExactValuation()
            let alone = Result { try student.exactAmount(using: &fresh) }
            let together = Result { try student.exactAmount(using: &shared) }
            #expect((try? alone.get()) == (try? together.get()))
        }
    }

    @Test func `strained sums agree with the oracle`() throws {
        var random = SplitMix(seed: 13)
        let students = AccrualTests.strains.filter { !$0.name.hasPrefix("thousands") }
            .flatMap { strain in (0..<min(strain.count, 10)).map { _ in strain.make(&random) } }
        let opinions = try Oracle.opinions(on: students, digits: 400)
        var exact = ExactValuation()
        for (student, opinion) in zip(students, opinions) {
            switch Result(catching: { try student.exactAmount(using: &exact) }) {
            case .success(let amount):
                #expect(String(amount) == opinion.answer, "\(student.testDescription)")
                #expect(try student.valued(using: &exact).amount == amount)
            case .failure(let error):
                #expect((error as? ValuationFinding)?.code == opinion.answer, "\(student.testDescription)")
            }
        }
    }
}
