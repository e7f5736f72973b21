package import Primitives

/// One run, as lists show it.
package struct RunAnswer: Sendable, Hashable, Codable {
    package var executionID: ExecutionID
    package var jobID: IntegerText
    package var kind: String
    @Nullable package var schedule: String?
    /// `scheduled`, `manual` or `webhook`.
    package var trigger: String
    package var source: String
    /// `waiting` or `running`; its outcome once it has ended.
    package var state: String
    /// What the run is for; null unless a schedule started it.
    @Nullable package var tick: RunTick?
    package var createdAt: Instant
    @Nullable package var startedAt: Instant?
    @Nullable package var finishedAt: Instant?
    /// From its start to its end, or to now.
    @Nullable package var durationSeconds: Double?
    /// `success`, `warning`, `failed`, `parked` or `cancelled`; null before its end.
    @Nullable package var outcome: String?
    @Nullable package var error: String?
    @Nullable package var progress: ProgressAnswer?
    /// Counts and sums by name, once it has ended well.
    @Nullable package var totals: JSONValue?

    private enum CodingKeys: String, CodingKey {
        case executionID = "execution_id"
        case jobID = "job_id"
        case kind, schedule, trigger, source, state, tick
        case createdAt = "created_at"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case durationSeconds = "duration_seconds"
        case outcome, error, progress, totals
    }

    package init(
        executionID: ExecutionID, jobID: IntegerText, kind: String, schedule: String? = nil, trigger: String,
        source: String, state: String, tick: RunTick? = nil, createdAt: Instant, startedAt: Instant? = nil,
        finishedAt: Instant? = nil, durationSeconds: Double? = nil, outcome: String? = nil, error: String? = nil,
        progress: ProgressAnswer? = nil, totals: JSONValue? = nil
    ) {
        self.executionID = executionID
        self.jobID = jobID
        self.kind = kind
        self.schedule = schedule
        self.trigger = trigger
        self.source = source
        self.state = state
        self.tick = tick
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.durationSeconds = durationSeconds
        self.outcome = outcome
        self.error = error
        self.progress = progress
        self.totals = totals
    }
}

/// The tick that a scheduled run is for.
package struct RunTick: Sendable, Hashable, Codable {
    package var at: Instant
    /// The same instant on the wall of its zone.
    package var local: String
    package var zone: String
    /// What a clock on the wall showed; of ticks that fell together in a gap, the first.
    package var nominal: String
    @Nullable package var previousNominal: String?

    private enum CodingKeys: String, CodingKey {
        case at, local, zone, nominal
        case previousNominal = "previous_nominal"
    }

    package init(at: Instant, local: String, zone: String, nominal: String, previousNominal: String? = nil) {
        self.at = at
        self.local = local
        self.zone = zone
        self.nominal = nominal
        self.previousNominal = previousNominal
    }
}

/// How far a run is, in units of its own choice.
package struct ProgressAnswer: Sendable, Hashable, Codable {
    package var done: IntegerText
    @Nullable package var total: IntegerText?
    /// 0-1; null without a total.
    @Nullable package var share: Double?
    /// Units a second since the run started.
    @Nullable package var ratePerSecond: Double?
    /// Seconds to the end at this rate.
    @Nullable package var etaSeconds: Double?
    @Nullable package var updatedAt: Instant?

    private enum CodingKeys: String, CodingKey {
        case done, total, share
        case ratePerSecond = "rate_per_second"
        case etaSeconds = "eta_seconds"
        case updatedAt = "updated_at"
    }

    package init(
        done: IntegerText, total: IntegerText? = nil, share: Double? = nil, ratePerSecond: Double? = nil,
        etaSeconds: Double? = nil, updatedAt: Instant? = nil
    ) {
        self.done = done
        self.total = total
        self.share = share
        self.ratePerSecond = ratePerSecond
        self.etaSeconds = etaSeconds
        self.updatedAt = updatedAt
    }
}
