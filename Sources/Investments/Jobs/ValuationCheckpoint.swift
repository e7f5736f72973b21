package import Primitives

/// How far a run is, committed with each batch: after a crash it goes on from here.
package struct ValuationCheckpoint: Sendable, Hashable, Codable {
    package var run: Int32
    package var asOf: Instant
    /// Students up to and including this id have their row, or need none.
    package var cursor: Int64
    /// What the run goes by, as `School.basis` tells it; a run that resumes under another one starts over.
    package var basis: UInt64
    /// Students of enabled classes in scope, counted when the run was opened.
    package var studentsTotal: Int
    package var tally: ValuationTally

    package init(run: Int32, asOf: Instant, studentsTotal: Int) {
        self.run = run
        self.asOf = asOf
        cursor = .min
        basis = 0
        self.studentsTotal = studentsTotal
        tally = ValuationTally()
    }
}

/// The counts and sums of a run, over the batches that are committed.
package struct ValuationTally: Sendable, Hashable, Codable {
    /// Students with a row, those in error included.
    package var students = 0
    package var errors = 0
    package var negative = 0
    /// Students that only high precision could decide.
    package var exact = 0
    /// Investments that lie in the future and are not counted.
    package var future = 0
    /// Students passed over because their class has no value.
    package var unvalued = 0
    /// Sum of all amounts, as decimal text: it may pass 64 bits.
    package var sum = "0"
    /// Over all inputs, order-free.
    package var digest: UInt64 = 0
    package var warnings = 0
}
