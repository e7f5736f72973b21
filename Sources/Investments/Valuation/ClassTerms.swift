package import Primitives

/// What a class promises its students: how coins grow, and until when.
package struct ClassTerms: Sendable, Hashable {
    package let curve: GrowthCurve
    /// The first instant that no longer belongs to the class; nil if it never ends.
    package let end: Instant?

    package init(curve: GrowthCurve, end: Instant?) {
        self.curve = curve
        self.end = end.map { min(max($0, ValuationSpan.earliest), ValuationSpan.latest) }
    }

    /// T*: the instant up to which coins grow in a valuation as of `asOf`.
    package func horizon(asOf: Instant) -> Instant {
        min(asOf, end ?? asOf)
    }

    /// Whether an investment of `instant` counts in a valuation as of `asOf`. One made at the horizon counts at face
    /// value.
    package func inclusion(of instant: Instant, asOf: Instant) -> Inclusion {
        if instant > asOf { return .future }
        if instant > horizon(asOf: asOf) { return .afterEnd }
        return instant >= ValuationSpan.earliest ? .counted : .invalidDate
    }
}
