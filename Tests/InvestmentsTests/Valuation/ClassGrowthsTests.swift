import Investments
import Primitives
import Testing

@Suite struct ClassGrowthsTests {
    private static let asOf = Instant(seconds: newYear + 5 * month)

    @Test func `classes keep their own rates and ends`() throws {
        var growths = try ClassGrowths(asOf: Self.asOf)
        let doubling = try Student(rates: [(0, "1")], asOf: 0, investments: []).terms
        let ended = try Student(rates: [(0, "1"), (month, "0.5")], end: 2 * month, asOf: 0, investments: []).terms
        #expect(growths.append(doubling) == 0)
        #expect(growths.appendUnvalued() == 1)
        #expect(growths.append(ended) == 2)
        #expect(growths.count == 3)
        var sums = [DiscountedSum](repeating: DiscountedSum(), count: 3)
        let start = newYear * 1_000_000
        #expect(growths.add(3, at: start, ofClass: 0, to: &sums[0]) == .counted)
        #expect(growths.add(3, at: start, ofClass: 1, to: &sums[1]) == .unvaluedClass)
        #expect(growths.add(3, at: start, ofClass: 2, to: &sums[2]) == .counted)
        #expect(growths.accrual(ofClass: 0).decision(for: sums[0]) == .rounded(96))
        #expect(growths.accrual(ofClass: 2).decision(for: sums[2]) == .rounded(9))
        #expect(sums[1] == DiscountedSum())
        #expect(growths.discount(ofClass: 2, at: start) == ended.curve.discount(at: Instant(seconds: newYear)))
    }

    @Test(arguments: [
        (5 * month, Inclusion.afterEnd), (5 * month + 1, .future), (2 * month, .counted), (2 * month + 1, .afterEnd),
        (Int64.max / 1_000_000 - newYear, .future), (Int64.min / 1_000_000, .invalidDate), (-month, .counted),
    ])
    func `an investment counts up to the end of its class`(seconds: Int64, inclusion: Inclusion) throws {
        var growths = try ClassGrowths(asOf: Self.asOf)
        let terms = try Student(rates: [(0, "1")], end: 2 * month, asOf: 0, investments: []).terms
        growths.append(terms)
        var sum = DiscountedSum()
        let microseconds = (max(seconds, .min / 1_000_000 + newYear) + newYear) * 1_000_000
        let instant = seconds == .min / 1_000_000 ? Int64.min : microseconds
        #expect(growths.add(1, at: instant, ofClass: 0, to: &sum) == inclusion)
        #expect((sum == DiscountedSum()) == (inclusion != .counted))
        #expect(terms.inclusion(of: Instant(microseconds: instant), asOf: Self.asOf) == inclusion)
    }

    @Test func `a class that ends before all time or after it is still a class`() throws {
        let curve = try Student(rates: [(0, "1")], asOf: 0, investments: []).terms.curve
        for end in [Int64.min, .max] {
            let terms = ClassTerms(curve: curve, end: Instant(microseconds: end))
            var growths = try ClassGrowths(asOf: Self.asOf)
            growths.append(terms)
            var sum = DiscountedSum()
            let inclusion = growths.add(1, at: newYear * 1_000_000, ofClass: 0, to: &sum)
            #expect(inclusion == (end == .max ? .counted : .afterEnd))
            #expect(growths.accrual(ofClass: 0).decision(for: sum) == .rounded(end == .max ? 32 : 0))
        }
    }

    @Test func `a valuation outside the years is refused`() {
        #expect(throws: ValuationFinding.invalidDate(text: "infinity")) {
            try ClassGrowths(asOf: Instant(microseconds: .max))
        }
    }
}
