package import Postgres
package import Primitives

import struct FoundationEssentials.UUID

/// All that is known of one job.
package struct JobDetails: Sendable, Hashable {
    package let job: JobView
    /// JSON text.
    package let payload: String
    /// What only an unfinished job has.
    package let unfinished: Unfinished?

    /// What an unfinished job is at.
    package struct Unfinished: Sendable, Hashable {
        /// JSON text.
        package let checkpoint: String?
        package let steps: Int64
        package let interruptions: Int32
        package let priority: Int16
        package let orderKey: String?
        package let uniqueKey: String?
        package let lease: Lease?
        /// The unfinished job in front of it under its order key.
        package let blocker: Int64?
        /// A daemon that has not ended runs its kind.
        package let hasWorker: Bool
        /// The database's present instant.
        package let now: Instant
    }

    /// Who executes it.
    package struct Lease: Sendable, Hashable {
        package let number: Int64
        package let daemon: DaemonID
        package let claimedAt: Instant
        package let deadline: Instant
        package let host: String?
        package let pid: Int32?
    }
}

extension StatementRunner {
    /// One job, unfinished or finished; nil when there is none of that id.
    package func job(_ id: Int64) async throws(PostgresError) -> JobDetails? {
        // In this order: a job that finishes in between is found in the second table.
        if let job = try await first(UnfinishedJob(id: id)) { return job }
        return try await first(FinishedJob(id: id))
    }
}

struct UnfinishedJob: Statement {
    let id: Int64

    static let sql = """
        select \(JobView.unfinishedColumns), j.payload::text, j.checkpoint::text, j.steps, j.interruptions, j.priority,
               j.order_key, j.unique_key, j.lease, j.daemon_id, j.claimed_at, j.deadline, d.host, d.pid,
               (select e.id from bursar.job e where e.order_key = j.order_key and not e.held and e.id <> j.id),
               exists (select from bursar.daemon k where k.ended_at is null and j.kind = any(k.kinds)),
               clock_timestamp()
        from \(JobView.unfinishedTables) left join bursar.daemon d on d.id = j.daemon_id
        where j.id = $1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
    }

    static func output(from row: inout Row) throws(PostgresError) -> JobDetails {
        let job = try JobView(from: &row)
        let payload = try row.next(String.self)
        let unfinished = JobDetails.Unfinished(
            checkpoint: try row.next(), steps: try row.next(), interruptions: try row.next(), priority: try row.next(),
            orderKey: try row.next(), uniqueKey: try row.next(), lease: try lease(from: &row), blocker: try row.next(),
            hasWorker: try row.next(), now: try row.next())
        return JobDetails(job: job, payload: payload, unfinished: unfinished)
    }

    private static func lease(from row: inout Row) throws(PostgresError) -> JobDetails.Lease? {
        let number = try row.next(Int64?.self)
        let daemon = try row.next(UUID?.self)
        let claimedAt = try row.next(Instant?.self)
        let deadline = try row.next(Instant?.self)
        let host = try row.next(String?.self)
        let pid = try row.next(Int32?.self)
        guard let number, let daemon, let claimedAt, let deadline else { return nil }
        return JobDetails.Lease(
            number: number, daemon: DaemonID(daemon), claimedAt: claimedAt, deadline: deadline, host: host, pid: pid)
    }
}

struct FinishedJob: Statement {
    let id: Int64

    static let sql = """
        select \(JobView.finishedColumns), j.payload::text from \(JobView.finishedTables) where j.id = $1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
    }

    static func output(from row: inout Row) throws(PostgresError) -> JobDetails {
        JobDetails(job: try JobView(from: &row), payload: try row.next(), unfinished: nil)
    }
}
