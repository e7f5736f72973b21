package import Primitives

/// What a run is asked to value: the payload of `investments.value`.
package struct ValuationRequest: Sendable, Hashable, Codable {
    /// How much a run reads.
    package enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        /// Reads every investment, and compares with what was kept.
        case full
        /// Reads what changed; elsewhere only time has passed.
        case incremental
    }

    package var mode: Mode
    /// Nil: the tick's instant, or the moment of the claim.
    package var asOf: Instant?
    /// Nil: every enabled class.
    package var classID: Int64?

    private enum CodingKeys: String, CodingKey {
        case mode
        case asOf = "as_of"
        case classID = "class"
    }

    package init(mode: Mode, asOf: Instant? = nil, classID: Int64? = nil) {
        self.mode = mode
        self.asOf = asOf
        self.classID = classID
    }
}
