package import Jobs
package import Postgres
package import Primitives

/// A run as operators see it: its row, and whether its job executes right now.
package struct RunView: Sendable, Hashable {
    package let execution: ExecutionID
    package let job: Int64
    package let kind: String
    package let schedule: String?
    package let trigger: String
    package let source: String
    package let tick: TickPeriod?
    package let createdAt: Instant
    package let startedAt: Instant?
    package let finishedAt: Instant?
    package let outcome: String?
    package let error: String?
    package let progressDone: Int64
    package let progressTotal: Int64?
    package let progressAt: Instant?
    /// JSON text of an object.
    package let totals: String?
    package let isExecuting: Bool
    /// When its own job ended; nil unless jobs that it started have not.
    package let rootEndedAt: Instant?
    /// Jobs that it started and that failed: it ends so too.
    package let descendantsFailed: Int32
    /// The database's present instant.
    package let now: Instant

    /// What `from` selects from `source`, in the order that `init(from:)` reads.
    static let columns = """
        r.execution_id, r.job_id, r.kind, s.name, r.trigger, r.source, r.tick_instant,
        extract(epoch from r.tick_nominal)::bigint, extract(epoch from r.tick_previous_nominal)::bigint, r.tick_zone,
        r.created_at, r.started_at, r.finished_at, r.outcome, r.error, r.progress_done, r.progress_total,
        r.progress_at, r.totals::text,
        coalesce(j.state = 'running' or j.id in (select unnest(ids) from bursar.batch), false),
        case when r.outcome is null then r.root_ended_at end, r.descendants_failed, clock_timestamp()
        """
    static let tables = """
        bursar.run r left join bursar.schedule s on s.id = r.schedule_id left join bursar.job j on j.id = r.job_id
        """

    init(from row: inout Row) throws(PostgresError) {
        execution = try row.next()
        job = try row.next()
        kind = try row.next()
        schedule = try row.next()
        trigger = try row.next()
        source = try row.next()
        tick = try Self.tick(from: &row)
        createdAt = try row.next()
        startedAt = try row.next()
        finishedAt = try row.next()
        outcome = try row.next()
        error = try row.next()
        progressDone = try row.next()
        progressTotal = try row.next()
        progressAt = try row.next()
        totals = try row.next()
        isExecuting = try row.next()
        rootEndedAt = try row.next()
        descendantsFailed = try row.next()
        now = try row.next()
    }

    /// `waiting` or `running`; its outcome once it and all that it started have ended.
    package var state: String {
        outcome ?? (isExecuting || rootEndedAt != nil ? "running" : "waiting")
    }

    private static func tick(from row: inout Row) throws(PostgresError) -> TickPeriod? {
        let instant = try row.next(Instant?.self)
        let nominal = try row.next(Int64?.self)
        let previous = try row.next(Int64?.self)
        let zone = try row.next(String?.self)
        guard let instant, let nominal, let zone else { return nil }
        return TickPeriod(
            instant: instant, nominal: CivilDateTime(wallSeconds: nominal),
            previousNominal: previous.map { CivilDateTime(wallSeconds: $0) }, zone: zone)
    }
}

/// One run by its name.
package struct RunByExecution: Statement {
    let execution: ExecutionID

    package init(_ execution: ExecutionID) {
        self.execution = execution
    }

    package static let sql = "select \(RunView.columns) from \(RunView.tables) where r.execution_id = $1"

    package func bind(to bindings: inout Bindings) {
        bindings.append(execution)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> RunView {
        try RunView(from: &row)
    }
}

/// The jobs that a run started, or these, and that have not ended.
package struct Descendants: Sendable, Hashable {
    /// The three together are at most `DescendantsOfRun.limit`.
    package let waiting: Int
    package let running: Int
    package let parked: Int
    /// The oldest of those that wait for a person.
    package let firstParked: Int64?
}

/// Counts the unfinished jobs that belong to a run without having begun it.
package struct DescendantsOfRun: Statement {
    /// More are not counted.
    package static let limit = 10_000

    let execution: ExecutionID

    package init(_ execution: ExecutionID) {
        self.execution = execution
    }

    package static let sql = """
        with part as materialized (
            select j.id, \(JobView.state) as state from bursar.job j where j.execution_id = $1 limit $2)
        select count(*) filter (where state = 'waiting'), count(*) filter (where state = 'running'),
               count(*) filter (where state = 'parked'), min(id) filter (where state = 'parked')
        from part
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(execution)
        bindings.append(Self.limit)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> Descendants {
        Descendants(
            waiting: try row.next(), running: try row.next(), parked: try row.next(), firstParked: try row.next())
    }
}

/// The last run of each schedule that the file still names.
package struct LastRuns: Statement {
    package init() {}

    package static let sql = """
        select \(RunView.columns)
        from bursar.schedule known
        cross join lateral (
            select execution_id from bursar.run where schedule_id = known.id order by created_at desc limit 1) last
        join bursar.run r on r.execution_id = last.execution_id
        left join bursar.schedule s on s.id = r.schedule_id
        left join bursar.job j on j.id = r.job_id
        where known.removed_at is null
        order by r.created_at desc, r.execution_id desc
        """

    package static func output(from row: inout Row) throws(PostgresError) -> RunView {
        try RunView(from: &row)
    }
}
