import Cron
package import Primitives

/// One class in scope of a run: its terms, or why it has none, and what an earlier run kept for it.
package struct SchoolClass: Sendable {
    package let id: Int64
    /// A finding stands for a class without value.
    package let terms: Result<ClassTerms, ValuationFinding>
    /// The run whose discounted sums hold for this one; nil when the investments must be read.
    package let base: Int32?
    /// A kept sum that a full run compares with its own; nil when an input changed since, so that there is none.
    package let comparison: Int32?
    /// When an investment that `base` did not count begins to count; nil: none is known to.
    package let baseValidUntil: Instant?
    /// The run that kept sums for the class when it was read, whether or not they are of use.
    package let seenBase: Int32?
    /// Over the zone, the end and the rates as they stand in the database.
    package let fingerprint: UInt64

    /// Must this run read the class's investments?
    package var isRead: Bool { base == nil }
}

/// A class as the database holds it, with its rates in order of their dates.
struct StoredClass: Sendable {
    let id: Int64
    let timezone: String
    /// `YYYY-MM-DD`, or whatever else PostgreSQL's date can say; nil: never ends.
    let endDate: String?
    let isDirty: Bool
    /// Nil too when the first rate's policy was another one then.
    let baseRun: Int32?
    let seenBase: Int32?
    let baseAsOf: Instant?
    let baseValidUntil: Instant?
    var rates: [StoredRate] = []
}

struct StoredRate: Sendable {
    let classID: Int64
    let rate: String
    let effectiveDate: String
}

extension StoredClass {
    /// Reads zone, end and rates; the first thing wrong is the class's finding.
    func terms(policy: FirstRatePolicy) throws(ValuationFinding) -> ClassTerms {
        let zone: Zone
        do { zone = try Zone(timezone) } catch { throw .invalidZone(identifier: timezone) }
        var steps: [GrowthCurve.Step] = []
        for stored in rates {
            guard let date = CivilDate(stored.effectiveDate) else { throw .invalidDate(text: stored.effectiveDate) }
            steps.append(GrowthCurve.Step(start: zone.startOfDay(date), rate: try MonthlyRate(stored.rate)))
        }
        return ClassTerms(curve: try GrowthCurve(steps, policy: policy), end: try end(in: zone))
    }

    /// Half-open: the local midnight after the last day.
    private func end(in zone: Zone) throws(ValuationFinding) -> Instant? {
        guard let endDate else { return nil }
        guard let date = CivilDate(endDate) else { throw .invalidDate(text: endDate) }
        return zone.startOfDay(CivilDate(daysSinceEpoch: date.daysSinceEpoch + 1))
    }

    /// Whether a valuation as of `asOf` may use the sums that an earlier run kept.
    func isBaseValid(asOf: Instant) -> Bool {
        guard baseRun != nil, !isDirty, let baseAsOf, baseAsOf <= asOf else { return false }
        return baseValidUntil.map { asOf < $0 } ?? true
    }

    func schoolClass(mode: ValuationRequest.Mode, asOf: Instant, policy: FirstRatePolicy) -> SchoolClass {
        let kept = isBaseValid(asOf: asOf) ? baseRun : nil
        return SchoolClass(
            id: id, terms: Result { () throws(ValuationFinding) in try terms(policy: policy) },
            base: mode == .incremental ? kept : nil, comparison: mode == .full ? kept : nil,
            baseValidUntil: baseValidUntil, seenBase: seenBase, fingerprint: fingerprint)
    }

    private var fingerprint: UInt64 {
        let texts = [timezone, endDate ?? ""] + rates.flatMap { [$0.rate, $0.effectiveDate] }
        return texts.reduce(0) { Fingerprint.mix($0, Fingerprint.of($1)) }
    }
}
