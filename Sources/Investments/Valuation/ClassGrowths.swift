package import Primitives

/// The growth of every class of a run in flat arrays, for a pass over millions of investments in any order.
///
/// Classes are known by the order in which they were appended. Reading allocates nothing and touches no reference
/// count.
package struct ClassGrowths: Sendable {
    /// The instant of the valuation, the same for every class of a run.
    package let asOf: Instant
    private var entries: [Entry] = []
    /// Apart from the entries, since a pass over investments does not read them.
    private var accruals: [Accrual] = []
    private var table = GrowthTable()

    /// Room for `classes` with `ratesEach`; more may follow.
    ///
    /// Fails as `invalidDate` when `asOf` is outside the years 1 to 9999.
    package init(asOf: Instant, classes: Int = 0, ratesEach: Int = 6) throws(ValuationFinding) {
        guard ValuationSpan.contains(asOf) else { throw .invalidDate(asOf) }
        self.asOf = asOf
        entries.reserveCapacity(classes)
        accruals.reserveCapacity(classes)
        table.reserve(classes * ratesEach)
    }

    package var count: Int { entries.count }

    /// Adds the next class and returns its index.
    @discardableResult
    package mutating func append(_ terms: ClassTerms) -> Int {
        let first = Int32(table.count)
        table.append(contentsOf: terms.curve.table)
        let horizon = terms.horizon(asOf: asOf)
        entries.append(Entry(horizon: horizon.microseconds, first: first, end: Int32(table.count)))
        accruals.append(terms.curve.accrual(at: horizon))
        return entries.count - 1
    }

    /// Adds a class that has no value, so that those after it keep their indices.
    @discardableResult
    package mutating func appendUnvalued() -> Int {
        entries.append(Entry(horizon: .min, first: 0, end: 0))
        accruals.append(Accrual(factor: .nan, weight: 1))
        return entries.count - 1
    }

    /// Adds an investment of `microseconds` to its student's sum if it counts, and says whether it did.
    @inline(__always)
    package func add(
        _ amount: Int64, at microseconds: Int64, ofClass index: Int, to sum: inout DiscountedSum
    ) -> Inclusion {
        let entry = entries[index]
        guard microseconds <= entry.horizon, microseconds >= ValuationSpan.earliest.microseconds else {
            return exclusion(of: microseconds, entry)
        }
        sum.add(amount, table.exponent(at: microseconds, in: entry.range).discount)
        return .counted
    }

    /// exp(-G) of a class that has a value, at an instant within the years 1 to 9999.
    @inline(__always)
    package func discount(ofClass index: Int, at microseconds: Int64) -> Discount {
        table.exponent(at: microseconds, in: entries[index].range).discount
    }

    /// exp(G(T*)) of a class.
    package func accrual(ofClass index: Int) -> Accrual {
        accruals[index]
    }

    /// Out of line: hardly any investment takes this way.
    @inline(never)
    private func exclusion(of microseconds: Int64, _ entry: Entry) -> Inclusion {
        if entry.range.isEmpty { return .unvaluedClass }
        if microseconds > asOf.microseconds { return .future }
        return microseconds > entry.horizon ? .afterEnd : .invalidDate
    }

    private struct Entry {
        /// T* in microseconds.
        let horizon: Int64
        /// Where its segments begin and end in the table.
        let first: Int32
        let end: Int32

        var range: Range<Int> {
            @inline(__always) get { Int(first)..<Int(end) }
        }
    }
}
