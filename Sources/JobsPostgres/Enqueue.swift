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
    package var orderKey: String?
    package var uniqueKey: String?
    package var money: Bool
    package var run: NewRun?

    package init(
        kind: JobKind, payload: String = "{}", runAt: Instant? = nil, orderKey: String? = nil,
        uniqueKey: String? = nil, money: Bool = false, run: NewRun? = nil
    ) {
        self.kind = kind
        self.payload = payload
        self.runAt = runAt
        self.orderKey = orderKey
        self.uniqueKey = uniqueKey
        self.money = money
        self.run = run
    }
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
    /// Returns its id; when an unfinished job of the kind has the same unique key, that one's id and nothing new.
    package func enqueue(_ job: NewJob, now: Instant? = nil) async throws(PostgresError) -> Int64 {
        if let id = try await first(InsertJob(job: job, now: now)) { return id }
        // The key is taken; unless that job ended in between, it can be read.
        if let key = job.uniqueKey {
            let holder = try await first(JobOfUniqueKey(kind: job.kind.name, key: key))
            if let holder { return holder }
        }
        throw PostgresError(
            .uniqueViolation, "the job that held the unique key ended at this moment", hint: "Enqueue again.")
    }
}

/// Inserts a job and its run, unless its unique key is taken.
struct InsertJob: Statement {
    let job: NewJob
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($11, clock_timestamp()) as now),
        made as (
            insert into bursar.job (kind, payload, state, run_at, order_key, unique_key, money, created_at)
            select $1, $2::text::jsonb, 'waiting', coalesce($3, clock.now), $4, $5, $6, clock.now from clock
            on conflict (kind, unique_key) where unique_key is not null do nothing
            returning id, kind, created_at),
        begun as (
            insert into bursar.run (execution_id, job_id, kind, trigger, source, schedule_id, created_at)
            select $7, made.id, made.kind, $8, $9, $10, made.created_at from made where $7 is not null),
        told as (select pg_notify('bursar_job', '') from made)
        select id, (select count(*) from told) from made
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
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

private struct JobOfUniqueKey: Statement {
    let kind: String
    let key: String

    static let sql = "select id from bursar.job where kind = $1 and unique_key = $2"

    func bind(to bindings: inout Bindings) {
        bindings.append(kind)
        bindings.append(key)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}
