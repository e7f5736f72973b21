import BigInt
import Primitives

/// A student's value as a true fraction, for the one case in which ties really occur: whole months at every rate.
///
/// With investments and the end of a class both at midnight that is one valuation in thirty, and 10 coins at 5% are
/// 10.5.
struct ExactFraction {
    /// Months of one rate beyond which the powers are not worth their digits: a hundred years.
    private static let mostMonths: Int64 = 1_200

    private var numerator = BigInt(0)
    private var denominator = BigUInt(1)

    /// Nil unless every investment spends a whole number of months at each of its rates.
    init?(_ investments: [Investment], until horizon: Instant, on curve: GrowthCurve) {
        for investment in investments {
            var factor = BigInt(investment.amount)
            var divisor = BigUInt(1)
            for (rate, microseconds) in curve.timeByRate(from: investment.instant, to: horizon) {
                let (months, rest) = microseconds.quotientAndRemainder(dividingBy: MonthlyRate.microsecondsInMonth)
                guard rest == 0, months <= Self.mostMonths else { return nil }
                let monthly = rate.monthlyFactor
                factor *= BigInt(monthly.numerator.power(Int(months)))
                divisor *= monthly.denominator.power(Int(months))
            }
            add(factor, over: divisor)
        }
    }

    /// Whether the value is an integer and a half.
    var isTie: Bool {
        let (quotient, remainder) = (numerator * 2).quotientAndRemainder(dividingBy: BigInt(denominator))
        return remainder.isZero && quotient % 2 != 0
    }

    /// Denominators are powers of ten, so the larger is the common one.
    private mutating func add(_ factor: BigInt, over divisor: BigUInt) {
        if divisor >= denominator {
            numerator = numerator * BigInt(divisor / denominator) + factor
            denominator = divisor
        } else {
            numerator += factor * BigInt(denominator / divisor)
        }
    }
}

extension GrowthCurve {
    /// How long each rate holds between two instants, in microseconds. Time without a rate is left out.
    func timeByRate(from start: Instant, to end: Instant) -> [MonthlyRate: Int64] {
        var result: [MonthlyRate: Int64] = [:]
        for stretch in stretches(from: start, to: end) {
            guard let rate = stretch.rate else { continue }
            result[rate, default: 0] += stretch.end.microseconds - stretch.start.microseconds
        }
        return result
    }

    /// The stretches of one rate each that make up the time from `start` to `end`, in order; none when there is no
    /// time.
    func stretches(from start: Instant, to end: Instant) -> [Stretch] {
        var result: [Stretch] = []
        var position = start
        while position < end {
            let index = stepIndex(at: position)
            let next = (index ?? -1) + 1
            let isFirstHeldEarly = index == nil && policy == .firstRateHolds
            let limit = isFirstHeldEarly ? next + 1 : next
            let stop = limit < steps.count ? min(steps[limit].start, end) : end
            let rate = isFirstHeldEarly ? steps[0].rate : index.map { steps[$0].rate }
            result.append(Stretch(start: position, end: stop, rate: rate))
            position = stop
        }
        return result
    }

    /// A time in which one rate holds; without a rate coins keep their face value.
    struct Stretch: Sendable, Hashable {
        let start: Instant
        let end: Instant
        let rate: MonthlyRate?
    }
}
