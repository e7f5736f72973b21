import BigInt
import Primitives
import Testing

@testable import Investments

/// The bound on the error of Doubles is held against high precision where it is hardest to keep.
@Suite struct AccrualTests {
    static let years: Int64 = 85 * month

    /// One student after another of some kind that strains Doubles.
    struct Strain: Sendable, CustomTestStringConvertible {
        let name: String
        let count: Int
        let make: @Sendable (inout SplitMix) -> Student

        var testDescription: String { name }
    }

    static let strains: [Strain] = [
        Strain(name: "as in a school", count: 100) { Student.random(using: &$0) },
        Strain(name: "100% a month for seven years", count: 20) { random in
            Student(rates: [(0, "1")], asOf: years, investments: spread(10, of: 1...9, using: &random))
        },
        Strain(name: "-99% a month for seven years", count: 20) { random in
            Student(rates: [(0, "-0.99")], asOf: years, investments: spread(10, of: 1...(1 << 60), using: &random))
        },
        Strain(name: "-99.999999% a month for two years", count: 20) { random in
            Student(
                rates: [(0, "-0.99999999")], asOf: 24 * month,
                investments: spread(10, of: 1...(1 << 60), using: &random))
        },
        Strain(name: "0%", count: 20) { random in
            Student(rates: [(0, "0")], asOf: years, investments: spread(50, of: -(1 << 50)...(1 << 50), using: &random))
        },
        Strain(name: "withdrawals of all but nothing", count: 40) { random in
            var student = Student(
                rates: [(0, "0.07531"), (month * 5, "0.0333"), (month * 9, "0.12")], asOf: 40 * month,
                investments: spread(5, of: 1_000...1_000_000, using: &random))
            // What each has become some time later is taken out, but for the rounding.
            for (instant, amount) in student.investments {
                let later = instant + Int64.random(in: 1...month, using: &random) * 1_000_000
                var part = student
                part.investments = [(instant, amount)]
                part.asOf = later
                guard let value = try? part.valued().amount else { continue }
                student.investments.append((later, -value))
            }
            return student
        },
        Strain(name: "thousands of changes up and down", count: 3) { random in
            let rates = (0..<5_000).map { index in
                (Int64(index) * 40_000, index % 2 == 0 ? "0.9\(index % 40)" : "-0.4\(index % 40)")
            }
            return Student(rates: rates, asOf: years, investments: spread(20, of: 1...1_000_000, using: &random))
        },
        Strain(name: "up by far and all the way down again", count: 20) { random in
            Student(
                rates: [(0, "9"), (60 * month, "-0.9")], asOf: 120 * month,
                investments: spread(10, of: -1_000_000...1_000_000, using: &random))
        },
        Strain(name: "long before the first rate", count: 20) { random in
            var student = Student(
                rates: [(0, "0.5"), (month, "0.1")], asOf: 2 * month,
                investments: spread(10, of: 1...1_000, using: &random))
            for index in student.investments.indices { student.investments[index].instant -= 60 * month * 1_000_000 }
            return student
        },
        Strain(name: "thousands of investments", count: 1) { random in
            Student(
                rates: [(0, "0.05"), (30 * month, "0.02")], asOf: years,
                investments: spread(3_000, of: -100_000...100_000, using: &random))
        },
        Strain(name: "the third millennium and the eighth", count: 10) { random in
            var student = Student(
                rates: [(0, "0.0001"), (60_000 * month, "0.0002")], asOf: 90_000 * month,
                investments: spread(10, of: 1...1_000_000, using: &random))
            for index in student.investments.indices { student.investments[index].instant *= 3 }
            return student
        },
    ]

    @Test(arguments: strains)
    func `the truth lies within the bound`(strain: Strain) throws {
        var random = SplitMix(seed: 3)
        let precision = ExactPrecision(bits: 320)
        var logarithms = ExactLogarithms()
        var checked = 0
        for _ in 0..<strain.count {
            let student = strain.make(&random)
            let estimate = try Self.estimate(student)
            guard estimate.bound.isFinite else { continue }
            let terms = try student.terms
            let growth = ExactGrowth(terms.curve, precision: precision, logarithms: &logarithms)
            let counted = try terms.counted(student.holdings, asOf: Instant(microseconds: student.asOf))
            let truth = try growth.sum(of: counted, at: student.valuation.horizon)
            let difference = (fixed(estimate.value, bits: truth.bits) - truth.scaled).magnitude
            let bound = fixed(estimate.bound, bits: truth.bits).magnitude
            #expect(difference <= bound + truth.error, "\(student.testDescription)")
            checked += 1
        }
        #expect(checked > strain.count / 2)
    }

    @Test func `the bound is no wider than it has to be for a school`() throws {
        // 85 months at 5%, a million coins: known to a millionth of a coin.
        let student = Student(rates: [(0, "0.05")], asOf: Self.years, investments: [(0, 10_000), (month, 20_000)])
        let estimate = try Self.estimate(student)
        #expect(estimate.value > 1_000_000)
        #expect(estimate.bound < 1e-6)
    }

    @Test func `a clock that moves on decides as a full run would`() throws {
        var random = SplitMix(seed: 5)
        var exactCount = 0
        for _ in 0..<2_000 {
            var student = Student.random(using: &random)
            student.policy = .firstRateHolds
            let later = student.asOf + Int64.random(in: 0...month, using: &random) * 1_000_000
            // Nothing begins to count in between.
            student.investments.removeAll { $0.instant > student.asOf && $0.instant <= later }
            let kept = try Self.sum(student)
            student.asOf = later
            let full = try Self.sum(student)
            let accrual = try student.terms.curve.accrual(at: student.valuation.horizon)
            let stored = DiscountedSum(total: kept.total, magnitude: kept.magnitude)
            #expect(stored.total == full.total)
            #expect(stored.magnitude == full.magnitude)
            #expect(accrual.decision(for: stored) == accrual.decision(for: full))
            if accrual.decision(for: stored) == .needsExact { exactCount += 1 }
        }
        #expect(exactCount > 0)
    }

    @Test func `sums of the same investments agree in any order, and of others do not`() throws {
        var random = SplitMix(seed: 6)
        for _ in 0..<500 {
            var student = Student.random(using: &random)
            let sum = try Self.sum(student)
            student.investments.shuffle(using: &random)
            #expect(try Self.sum(student).agrees(with: sum))
            // Elsewhere the change would be lost in what the sum itself may be off by.
            guard sum.magnitude < 1e15, let first = student.investments.indices.first else { continue }
            student.investments[first] = (student.rates[0].start, 12_345_678_901)
            student.end = nil
            #expect(!(try Self.sum(student).agrees(with: sum)))
        }
    }

    @Test func `nothing counted is nothing, even where Doubles cannot follow the class`() throws {
        let accrual = try Student(rates: [(0, "1000")], asOf: 0, investments: []).terms.curve.accrual(
            at: Instant(seconds: newYear + 900 * month))
        #expect(accrual.factor.isNaN)
        #expect(accrual.decision(for: DiscountedSum()) == .rounded(0))
    }

    @Test func `a sum that no Double holds is left to high precision`() throws {
        let accrual = try Student(rates: [(0, "0.05")], asOf: 0, investments: []).terms.curve.accrual(
            at: Instant(seconds: newYear))
        for bad in [Double.nan, .infinity, -.infinity] {
            #expect(accrual.decision(for: DiscountedSum(total: bad, magnitude: .infinity)) == .needsExact)
            #expect(accrual.decision(for: DiscountedSum(total: bad, magnitude: .nan)) == .needsExact)
        }
    }

    private static func spread(
        _ count: Int, of amounts: ClosedRange<Int64>, using random: inout SplitMix
    ) -> [(Int64, Int64)] {
        (0..<count).map { _ in
            (Int64.random(in: 0...years, using: &random), Int64.random(in: amounts, using: &random))
        }
    }

    private static func sum(_ student: Student) throws -> DiscountedSum {
        var sum = DiscountedSum()
        let terms = try student.terms
        let asOf = Instant(microseconds: student.asOf)
        for investment in try terms.counted(student.holdings, asOf: asOf) {
            sum.add(investment.amount, terms.curve.discount(at: investment.instant))
        }
        return sum
    }

    private static func estimate(_ student: Student) throws -> (value: Double, bound: Double) {
        let sum = try sum(student)
        return try student.terms.curve.accrual(at: student.valuation.horizon).estimate(of: sum)
    }

    /// A Double times 2^bits, cut towards zero below it.
    private func fixed(_ value: Double, bits: Int) -> BigInt {
        guard value != 0 else { return 0 }
        let significand = BigInt(Int64(value.significand * 0x1p52)) * (value < 0 ? -1 : 1)
        let shift = Int(value.exponent) - 52 + bits
        return shift >= 0 ? significand << shift : significand / (BigInt(1) << -shift)
    }
}
