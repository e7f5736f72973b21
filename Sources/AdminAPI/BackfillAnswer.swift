package import Primitives

/// What a backfill would run.
package struct BackfillPlanAnswer: Sendable, Hashable, Codable {
    package var schedule: String
    package var from: Instant
    /// Included.
    package var to: Instant
    /// Ticks that would run.
    package var count: Int
    package var first: [TickAnswer]
    /// Those that `first` does not show already.
    package var last: [TickAnswer]
    package var skipped: SkippedTicks
    /// How its runs stand to each other and to the schedule's own, in words.
    package var order: String
    /// What `apply` must be given.
    package var digest: String

    private enum CodingKeys: String, CodingKey {
        case schedule, from, to, count, first, last, skipped, order, digest
    }

    package init(
        schedule: String, from: Instant, to: Instant, count: Int, first: [TickAnswer], last: [TickAnswer],
        skipped: SkippedTicks, order: String, digest: String
    ) {
        self.schedule = schedule
        self.from = from
        self.to = to
        self.count = count
        self.first = first
        self.last = last
        self.skipped = skipped
        self.order = order
        self.digest = digest
    }
}

/// Why ticks of the span would not run.
package struct SkippedTicks: Sendable, Hashable, Codable {
    /// They ran when they were due.
    package var ran: Int
    package var backfilled: Int
    /// Decided without a run: missed, disabled, or in the way of the run before.
    package var passedOver: Int
    /// The scheduler has yet to decide them.
    package var undecided: Int

    private enum CodingKeys: String, CodingKey {
        case ran, backfilled
        case passedOver = "passed_over"
        case undecided
    }

    package init(ran: Int, backfilled: Int, passedOver: Int, undecided: Int) {
        self.ran = ran
        self.backfilled = backfilled
        self.passedOver = passedOver
        self.undecided = undecided
    }
}

/// Asks for the runs of a plan.
package struct BackfillRequest: Sendable, Hashable, Codable {
    /// A date, or an RFC 3339 time.
    package var from: String
    package var to: String
    /// Those that were decided without a run, too.
    @Nullable package var passedOver: Bool?
    /// Of the plan that was seen.
    package var digest: String
    @Nullable package var reason: String?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case from, to
        case passedOver = "passed_over"
        case digest, reason
    }

    package init(from: String, to: String, passedOver: Bool, digest: String, reason: String? = nil) {
        self.from = from
        self.to = to
        self.passedOver = passedOver
        self.digest = digest
        self.reason = reason
    }

    /// Every key that there is.
    package static let keys = CodingKeys.allCases.map(\.rawValue)
}

/// The runs that a backfill started, in the order of their ticks.
package struct BackfillStarted: Sendable, Hashable, Codable {
    package var schedule: String
    package var count: Int
    package var firstJob: IntegerText
    package var lastJob: IntegerText

    private enum CodingKeys: String, CodingKey {
        case schedule, count
        case firstJob = "first_job"
        case lastJob = "last_job"
    }

    package init(schedule: String, count: Int, firstJob: IntegerText, lastJob: IntegerText) {
        self.schedule = schedule
        self.count = count
        self.firstJob = firstJob
        self.lastJob = lastJob
    }
}
