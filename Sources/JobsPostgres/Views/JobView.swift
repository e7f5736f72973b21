import Postgres
package import Primitives

/// A job as lists show it, unfinished or finished.
package struct JobView: Sendable, Hashable {
    package let id: Int64
    package let kind: String
    package let state: String
    /// Nil once it has ended: history does not keep it.
    package let money: Bool?
    package let runAt: Instant?
    package let createdAt: Instant
    package let finishedAt: Instant?
    package let attempt: Int32
    package let failures: Int32
    package let error: String?
    package let parkCode: String?
    /// The run that it belongs to: that it began, or that a job which enqueued it belonged to.
    package let execution: ExecutionID?
    package let schedule: String?

    private static let runColumns = "coalesce(r.execution_id, j.execution_id), s.name"
    private static let runTables = """
        left join bursar.run r on r.job_id = j.id left join bursar.schedule s on s.id = r.schedule_id
        """
    /// What a daemon works at by the batch runs, though its row waits.
    static let state = """
        case when j.state = 'waiting' and j.id in (select unnest(ids) from bursar.batch) then 'running' else j.state end
        """
    static let unfinishedColumns = """
        j.id, j.kind, \(state), j.money, j.run_at, j.created_at, null::timestamptz, j.attempt, j.failures, j.error,
        j.park_code, \(runColumns)
        """
    static let unfinishedTables = tables(of: "bursar.job")
    static let finishedColumns = """
        j.id, j.kind, j.state, null::boolean, null::timestamptz, j.created_at, j.finished_at, j.attempt, j.failures,
        j.error, null::text, \(runColumns)
        """
    static let finishedTables = tables(of: "bursar.finished_job")
    /// What a page of either table must have of each row: it is cut before anything is joined to it.
    static let unfinishedRow = """
        id, kind, state, money, run_at, created_at, attempt, failures, error, park_code, execution_id
        """
    static let finishedRow = "id, kind, state, created_at, finished_at, attempt, failures, error, execution_id"

    static func tables(of source: String) -> String { "\(source) j \(runTables)" }

    /// Reads the columns of either kind.
    init(from row: inout Row) throws(PostgresError) {
        id = try row.next()
        kind = try row.next()
        state = try row.next()
        money = try row.next()
        runAt = try row.next()
        createdAt = try row.next()
        finishedAt = try row.next()
        attempt = try row.next()
        failures = try row.next()
        error = try row.next()
        parkCode = try row.next()
        execution = try row.next()
        schedule = try row.next()
    }
}
