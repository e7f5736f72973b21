package import Primitives

/// The classes in scope of a run, ready for a pass over their students' investments in any order.
package struct School: Sendable {
    package let asOf: Instant
    package let classes: [SchoolClass]
    /// Beside `classes`.
    package let growths: ClassGrowths
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
