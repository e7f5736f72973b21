import Investments
import Primitives
import Testing

let day: Int64 = 86_400
let month: Int64 = 30 * day
/// 2020-01-01T00:00:00Z.
let newYear: Int64 = 1_577_836_800

/// A student of one class, in plain numbers: what tests make up and hand to the code and to the oracle alike.
struct Student: Sendable, CustomTestStringConvertible {
    /// Effective instant in microseconds and text of each rate, in order.
    var rates: [(start: Int64, text: String)]
    var policy: FirstRatePolicy = .firstRateHolds
    var end: Int64?
    var asOf: Int64
    var investments: [(instant: Int64, amount: Int64)]

    /// Times in seconds after the new year of 2020.
    init(
        rates: [(Int64, String)], policy: FirstRatePolicy = .firstRateHolds, end: Int64? = nil, asOf: Int64,
        investments: [(Int64, Int64)]
    ) {
        func microseconds(_ seconds: Int64) -> Int64 { (newYear + seconds) * 1_000_000 }
        self.rates = rates.map { (microseconds($0.0), $0.1) }
        self.policy = policy
        self.end = end.map(microseconds)
        self.asOf = microseconds(asOf)
        self.investments = investments.map { (microseconds($0.0), $0.1) }
    }

    var terms: ClassTerms {
        get throws {
            ClassTerms(
                curve: try GrowthCurve(
                    rates.map { .init(start: Instant(microseconds: $0.start), rate: try MonthlyRate($0.text)) },
                    policy: policy),
                end: end.map { Instant(microseconds: $0) })
        }
    }

    var holdings: [Investment] {
        investments.enumerated().map { index, investment in
            Investment(
                id: Int64(index), amount: investment.amount, instant: Instant(microseconds: investment.instant))
        }
    }

    var valuation: Valuation {
        get throws { try Valuation(try terms, asOf: Instant(microseconds: asOf)) }
    }

    /// As the live path values it.
    func valued(using exact: inout ExactValuation) throws -> StudentValue {
        try valuation.value(of: holdings, using: &exact)
    }

    func valued() throws -> StudentValue {
        var exact = ExactValuation()
        return try valued(using: &exact)
    }

    /// As high precision alone values it.
    func exactAmount(using exact: inout ExactValuation) throws -> Int64 {
        try exact.value(of: holdings, under: try terms, asOf: Instant(microseconds: asOf))
    }

    var testDescription: String {
        "rates \(rates) \(policy) end \(String(describing: end)) as of \(asOf): \(investments)"
    }
}
