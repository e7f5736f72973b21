package import Jobs
package import Postgres
package import Primitives

/// A job to be, and the run it begins if any.
package struct NewJob: Sendable {
    package var kind: JobKind
    /// JSON text of an object.
    package var payload: String
    /// Nil: at once.
    package var runAt: Instant?
    package var priority = JobPriority.normal
    package var place: PlaceInLine?
    package var uniqueKey: String?
    /// Where another job of the kind with the same unique key makes this one superfluous.
    package var uniqueIn = UniqueStates.unfinished
    package var money: Bool
    /// The run that it belongs to without beginning it.
    package var partOf: ExecutionID?
    package var run: NewRun?

    package init(
        kind: JobKind, payload: String = "{}", runAt: Instant? = nil, priority: JobPriority = .normal,
        orderKey: String? = nil, limitKey: String? = nil, uniqueKey: String? = nil,
        uniqueIn: UniqueStates = .unfinished, money: Bool = false, partOf: ExecutionID? = nil, run: NewRun? = nil
    ) {
        precondition(orderKey == nil || limitKey == nil, "a job stands in one line")
        precondition(partOf == nil || run == nil, "a job begins a run or belongs to one")
        self.kind = kind
        self.payload = payload
        self.runAt = runAt
        self.priority = priority
        place = orderKey.map { .ordered(key: $0) } ?? limitKey.map { .limited(key: $0) }
        self.uniqueKey = uniqueKey
        self.uniqueIn = uniqueIn
        self.money = money
        self.partOf = partOf
        self.run = run
    }

    /// The longest key, of either sort, in characters.
    package static let keyMax = 200
}

/// The states of a job in which its unique key is its own.
package enum UniqueStates: Int, Sendable, Hashable {
    /// At most one waits: another may run meanwhile, which began before this one was wanted.
    case waiting = 1
    case waitingOrRunning = 3
    /// Parked ones too.
    case unfinished = 7
}

/// A run that a person or a webhook starts; ticks start theirs by the tick statement.
package struct NewRun: Sendable {
    /// What made a run begin.
    package enum Trigger: String, Sendable, Codable, CaseIterable {
        case scheduled, manual, webhook
    }

    package var execution: ExecutionID
    package var trigger: Trigger
    /// Who or what asked, as the log shows it.
    package var source: String
    package var schedule: Int64?

    package init(execution: ExecutionID, trigger: Trigger, source: String, schedule: Int64? = nil) {
        precondition(trigger != .scheduled, "only a tick starts a scheduled run")
        self.execution = execution
        self.trigger = trigger
        self.source = source
        self.schedule = schedule
    }
}

extension StatementRunner {
    /// Inserts a job, in the caller's transaction if this is one. Wakes the daemons when it commits.
    ///
    /// Returns its id; when a job of the kind has the same unique key in one of the states that count, that one's id
    /// and nothing new. Throws `JobRefused` for what no queue takes; the database itself refuses money, a line and a
    /// narrower uniqueness for a job of an idempotent kind.
    package func enqueue(_ job: NewJob, now: Instant? = nil) async throws -> Int64 {
        try job.check()
        let ready = ReadyInTransaction.current
        let inserted =
            if job.isPlain {
                try await first(InsertPlainJob(job: job, notifies: ready == nil, now: now))
            } else {
                try await first(InsertJob(job: job, notifies: ready == nil, now: now))
            }
        guard let made = inserted else {
            throw PostgresError(.protocolViolation, "the database gave no job")
        }
        if made.isNew { ready?.add(made.wakeUp) }
        return made.id
    }
}

/// A job that cannot be enqueued as it is.
package struct JobRefused: ClassifiedFailure, Hashable, CustomStringConvertible {
    package let kind: JobKind
    package let reason: String

    package var failureClass: FailureClass { .refused }

    package var description: String { "a job of kind \(kind) was not enqueued: \(reason)" }
}

extension NewJob {
    /// Whether nothing else need be looked at before it is inserted.
    var isPlain: Bool { place == nil && uniqueKey == nil && run == nil && !money }

    func check(inBulk: Bool = false) throws(JobRefused) {
        guard (1...120).contains(kind.name.count) else {
            throw JobRefused(kind: kind, reason: "a kind's name has 1 to 120 characters, this has \(kind.name.count)")
        }
        if inBulk, place != nil || uniqueKey != nil || run != nil {
            throw JobRefused(
                kind: kind, reason: "jobs with a key or a run of their own are enqueued one by one, not in bulk")
        }
        switch place {
        case .ordered(let key): try check(key, name: "order key")
        case .limited(let key): try check(key, name: "limit key")
        case nil: break
        }
        if let uniqueKey { try check(uniqueKey, name: "unique key") }
    }

    private func check(_ key: String, name: String) throws(JobRefused) {
        guard key.isEmpty || key.unicodeScalars.count > Self.keyMax else { return }
        throw JobRefused(
            kind: kind,
            reason: "its \(name) has \(key.unicodeScalars.count) characters, and 1 to \(Self.keyMax) are allowed; "
                + "of something longer take its SHA-256")
    }
}

/// Inserts a job and its run, unless its unique key is taken.
struct InsertJob: Statement {
    let job: NewJob
    let notifies: Bool
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($11, clock_timestamp()) as now),
        made as materialized (
            select e.id, e.is_new, clock.now
            from clock, bursar.enqueue(
                $1, $2::text::jsonb, coalesce($3, clock.now), $12, $4, $13, $5, $14, $6, $15, clock.now) as e),
        begun as (
            insert into bursar.run (execution_id, job_id, kind, trigger, source, schedule_id, created_at)
            select $7, made.id, $1, $8, $9, $10, made.now from made where $7 is not null and made.is_new),
        told as (
            select pg_notify(
                'bursar_job', \(WakeUp.payload(kind: "$1", priority: "$12", runAt: "coalesce($3, made.now)")))
            from made where made.is_new and $16)
        select id, is_new, $1::text, $12::smallint, coalesce($3, now), (select count(*) from told) from made
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(job.kind.name)
        bindings.append(job.payload)
        bindings.append(job.runAt)
        bindings.append(job.orderKey)
        bindings.append(job.uniqueKey)
        bindings.append(job.money)
        bindings.append(job.run?.execution)
        bindings.append(job.run?.trigger.rawValue)
        bindings.append(job.run?.source)
        bindings.append(job.run?.schedule)
        bindings.append(now)
        bindings.append(Int32(job.priority.rawValue))
        bindings.append(job.limitKey)
        bindings.append(Int32(job.uniqueIn.rawValue))
        bindings.append(job.partOf)
        bindings.append(notifies)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (id: Int64, isNew: Bool, wakeUp: WakeUp) {
        (id: try row.next(), isNew: try row.next(), wakeUp: try WakeUp(from: &row))
    }
}

/// Inserts a job that is alone: no line, no unique key, no run, no money.
struct InsertPlainJob: Statement {
    let job: NewJob
    let notifies: Bool
    let now: Instant?

    static let sql = """
        with made as (
            insert into bursar.job (kind, payload, state, run_at, priority, money, execution_id, created_at)
            select $1, $2::text::jsonb, 'waiting', coalesce($3, clock.now), $4, false, $5, clock.now
            from (select coalesce($6, clock_timestamp()) as now) as clock
            returning id, run_at),
        counted as (insert into bursar.tally_change (kind, waiting) values ($1, 1)),
        told as (
            select pg_notify('bursar_job', \(WakeUp.payload(kind: "$1", priority: "$4", runAt: "run_at")))
            from made where $7)
        select id, true, $1::text, $4::smallint, run_at, (select count(*) from told) from made
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(job.kind.name)
        bindings.append(job.payload)
        bindings.append(job.runAt)
        bindings.append(Int16(job.priority.rawValue))
        bindings.append(job.partOf)
        bindings.append(now)
        bindings.append(notifies)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (id: Int64, isNew: Bool, wakeUp: WakeUp) {
        (id: try row.next(), isNew: try row.next(), wakeUp: try WakeUp(from: &row))
    }
}

extension NewJob {
    var orderKey: String? {
        if case .ordered(let key) = place { key } else { nil }
    }

    var limitKey: String? {
        if case .limited(let key) = place { key } else { nil }
    }
}
