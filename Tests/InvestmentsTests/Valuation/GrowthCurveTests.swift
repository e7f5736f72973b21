import Glibc
import Investments
import Primitives
import Testing

@Suite struct GrowthCurveTests {
    private static func at(_ seconds: Int64) -> Instant { Instant(seconds: newYear + seconds) }

    private static func curve(
        _ rates: [(Int64, String)], policy: FirstRatePolicy = .firstRateHolds
    ) throws -> GrowthCurve {
        try GrowthCurve(rates.map { .init(start: at($0.0), rate: try MonthlyRate($0.1)) }, policy: policy)
    }

    @Test func `growth is the integral of the rates from the first effective instant`() throws {
        let curve = try Self.curve([(0, "0.05"), (month, "0"), (3 * month, "-0.5"), (4 * month, "1")])
        let expected: [(Int64, Double)] = [
            (0, 0), (month / 2, log(1.05) / 2), (month, log(1.05)), (2 * month, log(1.05)), (3 * month, log(1.05)),
            (4 * month, log(1.05) + log(0.5)), (6 * month, log(1.05) + log(2)),
        ]
        for (seconds, growth) in expected {
            #expect((curve.growth(at: Self.at(seconds)) - growth).magnitude < 1e-14)
        }
    }

    @Test func `what holds before the first rate is a matter of policy`() throws {
        let early = Self.at(-2 * month)
        #expect((try Self.curve([(0, "1")]).growth(at: early) + 2 * log(2)).magnitude < 1e-14)
        #expect(try Self.curve([(0, "1")], policy: .zero).growth(at: early) == 0)
        #expect(try Self.curve([(0, "1")], policy: .error).growth(at: early).isNaN)
        #expect(try Self.curve([(0, "1")], policy: .error).growth(at: Self.at(0)) == 0)
    }

    @Test func `a class without a rate has no curve, whatever the policy`() {
        for policy in FirstRatePolicy.allCases {
            #expect(throws: ValuationFinding.noRate) { try Self.curve([], policy: policy) }
        }
    }

    @Test func `of two rates at one instant the later in the list holds, in whatever order the instants come`() throws {
        let curve = try Self.curve([(month, "0.5"), (0, "0.07"), (month, "0.03"), (0, "0.01")])
        #expect(curve.steps.map(\.rate.description) == ["0.01", "0.03"])
        #expect(curve.origin == Self.at(0))
    }

    @Test func `a change to the same rate changes nothing`() throws {
        let plain = try Self.curve([(0, "0.05"), (9 * month, "0.01")])
        let split = try Self.curve([(0, "0.05"), (month, "0.050"), (2 * month, "0.05"), (9 * month, "0.01")])
        #expect(plain == split)
    }

    @Test func `a rate far outside of time is a finding`() {
        for microseconds in [Int64.min, .max, -63_000_000_000_000_000] {
            #expect(throws: ValuationFinding.self) {
                try GrowthCurve([.init(start: Instant(microseconds: microseconds), rate: try MonthlyRate("0.01"))])
            }
        }
    }

    @Test(arguments: [1, 2, 15, 16, 17, 18, 33, 1_000])
    func `every instant finds the rate that holds, at its edges too`(count: Int) throws {
        // The i-th rate makes a coin grow by i per cent a month, so that the slope tells which one holds.
        let curve = try Self.curve((0..<count).map { (Int64($0) * day, "0.\(1_000_000 + $0)") })
        for index in 0..<count {
            let start = curve.growth(at: Self.at(Int64(index) * day))
            let last = curve.growth(at: Instant(microseconds: Self.at(Int64(index + 1) * day).microseconds - 1))
            let slope = (last - start) / (86_400e6 - 1)
            let expected = log1p(Double("0.\(1_000_000 + index)") ?? 0) / 2_592_000e6
            #expect((slope / expected - 1).magnitude < 1e-9)
        }
    }

    @Test func `a discount undoes the accrual of its instant`() throws {
        let curve = try Self.curve([(0, "0.05"), (month, "0.11"), (7 * month, "-0.2")])
        for seconds in stride(from: -month, to: 20 * month, by: 12_345_67) {
            let product = curve.discount(at: Self.at(seconds)).factor * curve.accrual(at: Self.at(seconds)).factor
            #expect((product - 1).magnitude < 1e-14)
        }
    }

    @Test func `beyond the reach of Doubles discount and accrual are no numbers`() throws {
        let curve = try Self.curve([(0, "1000")])
        #expect(curve.accrual(at: Self.at(80 * month)).factor.isFinite)
        #expect(curve.accrual(at: Self.at(90 * month)).factor.isNaN)
        #expect(curve.discount(at: Self.at(-90 * month)).factor.isNaN)
    }
}
