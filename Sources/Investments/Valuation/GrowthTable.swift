/// The growth of many classes in flat arrays: piecewise linear functions of time, one stretch of segments a class.
///
/// Instants are whole microseconds and must lie within `ValuationSpan`, so that no difference of two overflows.
struct GrowthTable: Sendable, Hashable {
    /// Up to here counting beats a binary search: it has no branch to mispredict, and classes have a handful of rates.
    private static let longestCount = 16

    /// Where G is a segment's `base`: its first instant or, for the first of a class, which holds since ever, any
    /// other.
    private var anchors: [Int64] = []
    private var segments: [GrowthSegment] = []

    var count: Int { segments.count }

    mutating func append(_ segment: GrowthSegment, anchor: Int64) {
        anchors.append(anchor)
        segments.append(segment)
    }

    mutating func append(contentsOf other: GrowthTable) {
        anchors.append(contentsOf: other.anchors)
        segments.append(contentsOf: other.segments)
    }

    mutating func reserve(_ capacity: Int) {
        anchors.reserveCapacity(capacity)
        segments.reserveCapacity(capacity)
    }

    /// The exponent at `instant` of the class whose segments are `range`, which is not empty.
    @inline(__always)
    func exponent(at instant: Int64, in range: Range<Int>) -> GrowthExponent {
        let index = index(at: instant, in: range)
        return segments[index].exponent(after: Double(instant &- anchors[index]))
    }

    /// The segment that holds at `instant`: the last that starts no later, or the first.
    @inline(__always)
    private func index(at instant: Int64, in range: Range<Int>) -> Int {
        var low = range.lowerBound
        var high = range.upperBound
        while high - low > Self.longestCount {
            let middle = low + (high - low) / 2
            if anchors[middle] <= instant { low = middle } else { high = middle }
        }
        // Checked addition on purpose: without it the loop is vectorized, which takes twice as long for six rates.
        var found = low
        for next in low + 1..<high { found += anchors[next] <= instant ? 1 : 0 }
        return found
    }
}

/// G over the time one rate holds: a straight line through its value at the segment's anchor.
struct GrowthSegment: Sendable, Hashable {
    /// k per microsecond; NaN where the class has no rate.
    let slope: Double
    /// G at the anchor.
    let base: Double
    /// The integral of |k| up to the anchor.
    let baseReach: Double

    /// G this many microseconds after the anchor; before it when negative.
    @inline(__always)
    func exponent(after microseconds: Double) -> GrowthExponent {
        let step = slope * microseconds
        return GrowthExponent(growth: base + step, reach: baseReach + step.magnitude)
    }
}
