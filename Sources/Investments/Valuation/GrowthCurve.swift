package import Primitives

/// How a coin of one class grows: which rate holds when, and G(t), the integral of k from the first effective instant
/// on.
///
/// Reckoning from the first effective instant keeps exponents as small as the class is old.
package struct GrowthCurve: Sendable, Hashable {
    /// A rate and the instant from which it holds.
    package struct Step: Sendable, Hashable {
        package let start: Instant
        package let rate: MonthlyRate

        package init(start: Instant, rate: MonthlyRate) {
            self.start = start
            self.rate = rate
        }
    }

    /// In time order, at most one an instant, no two neighbours of the same rate.
    package let steps: [Step]
    package let policy: FirstRatePolicy
    let table: GrowthTable

    /// Of two steps at one instant the later in `steps` holds; a step that changes nothing is merged into the one
    /// before.
    package init(_ steps: [Step], policy: FirstRatePolicy = .firstRateHolds) throws(ValuationFinding) {
        let merged = Self.merged(steps)
        guard !merged.isEmpty else { throw .noRate }
        for step in merged where !ValuationSpan.contains(step.start) {
            throw .invalidDate(step.start)
        }
        self.steps = merged
        self.policy = policy
        table = Self.table(of: merged, policy: policy)
    }

    /// The first effective instant, where G is 0.
    package var origin: Instant { steps[0].start }

    /// G at `instant`, as a Double.
    package func growth(at instant: Instant) -> Double {
        exponent(at: instant.microseconds).growth
    }

    /// What turns an amount of `instant` into its share of a discounted sum.
    package func discount(at instant: Instant) -> Discount {
        exponent(at: instant.microseconds).discount
    }

    /// What turns a discounted sum into a value at `instant`.
    package func accrual(at instant: Instant) -> Accrual {
        exponent(at: instant.microseconds).accrual
    }

    /// The last step that starts no later than `instant`; nil before the first.
    func stepIndex(at instant: Instant) -> Int? {
        guard instant >= origin else { return nil }
        var low = 0
        var high = steps.count
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if steps[middle].start <= instant { low = middle } else { high = middle }
        }
        return low
    }

    @inline(__always)
    func exponent(at instant: Int64) -> GrowthExponent {
        table.exponent(at: instant, in: 0..<table.count)
    }

    private static func merged(_ steps: [Step]) -> [Step] {
        let ordered = steps.enumerated()
            .sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }
            .map(\.element)
        var result: [Step] = []
        result.reserveCapacity(ordered.count)
        for step in ordered {
            if result.last?.start == step.start { result.removeLast() }
            if result.last?.rate != step.rate { result.append(step) }
        }
        return result
    }

    /// Segments with G at their anchors, summed with compensation so that thousands of changes add no error of their
    /// own.
    private static func table(of steps: [Step], policy: FirstRatePolicy) -> GrowthTable {
        var table = GrowthTable()
        table.reserve(steps.count + 1)
        let origin = steps[0].start.microseconds
        switch policy {
        case .firstRateHolds: break
        case .zero: table.append(GrowthSegment(slope: 0, base: 0, baseReach: 0), anchor: origin)
        case .error: table.append(GrowthSegment(slope: .nan, base: 0, baseReach: 0), anchor: origin)
        }
        var base = CompensatedSum()
        var reach = 0.0
        for (index, step) in steps.enumerated() {
            let start = step.start.microseconds
            let slope = step.rate.growthPerMicrosecond
            table.append(GrowthSegment(slope: slope, base: base.total, baseReach: reach), anchor: start)
            guard index + 1 < steps.count else { break }
            let growth = slope * Double(steps[index + 1].start.microseconds - start)
            base.add(growth)
            reach += growth.magnitude
        }
        return table
    }
}
