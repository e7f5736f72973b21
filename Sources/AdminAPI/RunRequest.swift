package import Primitives

/// Asks for a run of a schedule by hand.
package struct RunRequest: Sendable, Hashable, Codable {
    /// The run values, counts or bills as of this instant; null: as of when it is claimed.
    @Nullable package var asOf: Instant?
    /// Why, for the log.
    @Nullable package var reason: String?

    private enum CodingKeys: String, CodingKey {
        case asOf = "as_of"
        case reason
    }

    package init(asOf: Instant? = nil, reason: String? = nil) {
        self.asOf = asOf
        self.reason = reason
    }
}

/// The run that was asked for.
package struct RunStarted: Sendable, Hashable, Codable {
    package var executionID: ExecutionID
    package var jobID: IntegerText
    package var schedule: String
    package var kind: String
    @Nullable package var asOf: Instant?
    package var source: String

    private enum CodingKeys: String, CodingKey {
        case executionID = "execution_id"
        case jobID = "job_id"
        case schedule, kind
        case asOf = "as_of"
        case source
    }

    package init(
        executionID: ExecutionID, jobID: IntegerText, schedule: String, kind: String, asOf: Instant? = nil,
        source: String
    ) {
        self.executionID = executionID
        self.jobID = jobID
        self.schedule = schedule
        self.kind = kind
        self.asOf = asOf
        self.source = source
    }
}
