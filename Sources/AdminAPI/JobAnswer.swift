package import Primitives

/// One job, as lists show it.
package struct JobAnswer: Sendable, Hashable, Codable {
    package var id: IntegerText
    package var kind: String
    /// `waiting`, `running`, `parked`, `done`, `failed` or `cancelled`.
    package var state: String
    /// Null once it has ended: history does not keep it.
    @Nullable package var money: Bool?
    /// When it is or was due; null once it has ended.
    @Nullable package var runAt: Instant?
    package var createdAt: Instant
    @Nullable package var finishedAt: Instant?
    /// Executions begun.
    package var attempt: Int
    /// Executions that ended in an error.
    package var failures: Int
    @Nullable package var error: String?
    /// Why it waits for a person: `unknown_kind`, `refused`, `exhausted`, `asked`, `interrupted` or `payload`.
    @Nullable package var parkCode: String?
    /// The run that it belongs to: that it began, or that a job which enqueued it belonged to.
    @Nullable package var executionID: ExecutionID?
    @Nullable package var schedule: String?

    private enum CodingKeys: String, CodingKey {
        case id, kind, state, money
        case runAt = "run_at"
        case createdAt = "created_at"
        case finishedAt = "finished_at"
        case attempt, failures, error
        case parkCode = "park_code"
        case executionID = "execution_id"
        case schedule
    }

    package init(
        id: IntegerText, kind: String, state: String, money: Bool? = nil, runAt: Instant? = nil, createdAt: Instant,
        finishedAt: Instant? = nil, attempt: Int, failures: Int, error: String? = nil, parkCode: String? = nil,
        executionID: ExecutionID? = nil, schedule: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.state = state
        self.money = money
        self.runAt = runAt
        self.createdAt = createdAt
        self.finishedAt = finishedAt
        self.attempt = attempt
        self.failures = failures
        self.error = error
        self.parkCode = parkCode
        self.executionID = executionID
        self.schedule = schedule
    }
}

/// One job with all that is known of it.
package struct JobDetail: Sendable, Hashable, Codable {
    package var job: JobAnswer
    package var payload: JSONValue
    /// The last committed step's checkpoint.
    @Nullable package var checkpoint: JSONValue?
    /// Committed steps.
    @Nullable package var steps: Int?
    /// Executions cut off since the last committed step.
    @Nullable package var interruptions: Int?
    @Nullable package var priority: Int?
    /// Of one such key one job runs after the other.
    @Nullable package var orderKey: String?
    /// Of one such key as many run at once as the kind allows.
    @Nullable package var limitKey: String?
    @Nullable package var uniqueKey: String?
    @Nullable package var lease: JobLease?
    /// What it waits for; empty when nothing holds it back.
    package var gates: [JobGate]

    private enum CodingKeys: String, CodingKey {
        case job, payload, checkpoint, steps, interruptions, priority
        case orderKey = "order_key"
        case limitKey = "limit_key"
        case uniqueKey = "unique_key"
        case lease, gates
    }

    package init(
        job: JobAnswer, payload: JSONValue, checkpoint: JSONValue? = nil, steps: Int? = nil, interruptions: Int? = nil,
        priority: Int? = nil, orderKey: String? = nil, limitKey: String? = nil, uniqueKey: String? = nil,
        lease: JobLease? = nil,
        gates: [JobGate]
    ) {
        self.job = job
        self.payload = payload
        self.checkpoint = checkpoint
        self.steps = steps
        self.interruptions = interruptions
        self.priority = priority
        self.orderKey = orderKey
        self.limitKey = limitKey
        self.uniqueKey = uniqueKey
        self.lease = lease
        self.gates = gates
    }
}

/// Who executes a job, and until when.
package struct JobLease: Sendable, Hashable, Codable {
    package var number: IntegerText
    package var daemonID: String
    /// Null when the daemon's row is gone.
    @Nullable package var host: String?
    @Nullable package var processID: Int?
    package var claimedAt: Instant
    /// Beyond it the job is retaken even from a daemon that lives.
    package var deadline: Instant
    /// How many jobs it was taken together with, itself included; null when it was claimed by itself.
    @Nullable package var batch: Int?

    private enum CodingKeys: String, CodingKey {
        case number
        case daemonID = "daemon_id"
        case host
        case processID = "pid"
        case claimedAt = "claimed_at"
        case deadline, batch
    }

    package init(
        number: IntegerText, daemonID: String, host: String? = nil, processID: Int? = nil, claimedAt: Instant,
        deadline: Instant, batch: Int? = nil
    ) {
        self.number = number
        self.daemonID = daemonID
        self.host = host
        self.processID = processID
        self.claimedAt = claimedAt
        self.deadline = deadline
        self.batch = batch
    }
}

/// One thing that keeps a job from being executed now.
package struct JobGate: Sendable, Hashable, Codable {
    /// As of `ExplainedGate`.
    package var gate: String
    package var detail: String
    /// The job in front of it, if one is.
    @Nullable package var blockedBy: IntegerText?

    private enum CodingKeys: String, CodingKey {
        case gate, detail
        case blockedBy = "blocked_by"
    }

    package init(gate: String, detail: String, blockedBy: IntegerText? = nil) {
        self.gate = gate
        self.detail = detail
        self.blockedBy = blockedBy
    }
}
