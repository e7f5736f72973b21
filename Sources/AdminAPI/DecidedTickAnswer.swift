package import Primitives

/// What became of a tick, or of a stretch of ticks that were decided alike.
package struct DecidedTickAnswer: Sendable, Hashable, Codable {
    package var id: IntegerText
    package var schedule: String
    /// What makes it this tick; `backfill/…` when an operator had it run afterwards.
    package var key: String
    package var at: Instant
    /// The same instant on the wall of the schedule's zone; null where that zone is not known.
    @Nullable package var local: String?
    /// The local time that it was for.
    package var nominal: String
    /// `enqueued`, `overlap`, `missed`, `disabled`, `settled` or `edited`.
    package var decision: String
    /// The decision in words.
    package var meaning: String
    /// Ticks that this stands for.
    package var count: Int
    /// The last of them, when there are several.
    @Nullable package var lastAt: Instant?
    /// What of the calendar it is for; money schedules run each once.
    @Nullable package var period: String?
    @Nullable package var jobID: IntegerText?
    /// The job that was in the way.
    @Nullable package var blockedBy: IntegerText?
    /// The run of that job.
    @Nullable package var blockedByRun: ExecutionID?
    package var decidedAt: Instant

    private enum CodingKeys: String, CodingKey {
        case id, schedule, key, at, local, nominal, decision, meaning, count
        case lastAt = "last_at"
        case period
        case jobID = "job_id"
        case blockedBy = "blocked_by"
        case blockedByRun = "blocked_by_run"
        case decidedAt = "decided_at"
    }

    package init(
        id: IntegerText, schedule: String, key: String, at: Instant, local: String? = nil, nominal: String,
        decision: String, meaning: String, count: Int, lastAt: Instant? = nil, period: String? = nil,
        jobID: IntegerText? = nil, blockedBy: IntegerText? = nil, blockedByRun: ExecutionID? = nil, decidedAt: Instant
    ) {
        self.id = id
        self.schedule = schedule
        self.key = key
        self.at = at
        self.local = local
        self.nominal = nominal
        self.decision = decision
        self.meaning = meaning
        self.count = count
        self.lastAt = lastAt
        self.period = period
        self.jobID = jobID
        self.blockedBy = blockedBy
        self.blockedByRun = blockedByRun
        self.decidedAt = decidedAt
    }
}
