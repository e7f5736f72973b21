package import Primitives

/// The classes in scope of a run, ready for a pass over their students' investments in any order.
package struct School: Sendable {
    package let asOf: Instant
    package let classes: [SchoolClass]
    /// Beside `classes`.
    package let growths: ClassGrowths
    /// Over the zones, ends and rates of all classes: two runs with the same went by the same terms.
    package let terms: UInt64
    /// Over the terms and the sums that earlier runs kept: what must stay the same for a run to go on after a crash.
    package let basis: UInt64
    private let indices: [Int64: Int32]

    package init(asOf: Instant, classes: [SchoolClass]) throws(ValuationFinding) {
        var growths = try ClassGrowths(asOf: asOf, classes: classes.count)
        for schoolClass in classes {
            switch schoolClass.terms {
            case .success(let terms): growths.append(terms)
            case .failure: growths.appendUnvalued()
            }
        }
        self.asOf = asOf
        self.classes = classes
        self.growths = growths
        terms = classes.reduce(0) { $0 &+ Fingerprint.mix(UInt64(bitPattern: $1.id), $1.fingerprint) }
        basis = classes.reduce(terms) {
            $0 &+ Fingerprint.mix(~UInt64(bitPattern: $1.id), UInt64(bitPattern: Int64($1.seenBase ?? -1)))
        }
        indices = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1.id, Int32($0)) })
    }

    /// Where the class stands in `classes`; nil when it is not in scope.
    package func index(of classID: Int64) -> Int32? {
        indices[classID]
    }

    /// Does every class in scope have to be read?
    package var isReadWhole: Bool {
        classes.allSatisfy(\.isRead)
    }

    /// The runs whose kept sums this one uses or compares.
    package var baseRuns: [Int32] {
        Set(classes.compactMap { $0.base ?? $0.comparison }).sorted()
    }
}
