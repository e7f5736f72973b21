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
        package let limitKey: String?
        package let uniqueKey: String?
        /// It waits behind others of its key.
        package let isHeld: Bool
        package let lease: Lease?
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
        /// How many jobs it is taken together with, itself included; nil when it was claimed by itself.
        package let batch: Int?
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
               j.order_key, j.limit_key, j.unique_key, j.held, coalesce(j.lease, b.lease),
               coalesce(j.daemon_id, b.daemon_id), coalesce(j.claimed_at, b.claimed_at),
               coalesce(j.deadline, b.deadline), d.host, d.pid, b.jobs, clock_timestamp()
        from \(JobView.unfinishedTables)
        left join lateral (
            select b.lease, b.daemon_id, b.claimed_at, b.deadline, cardinality(b.ids)::bigint as jobs
            from bursar.batch b
            where b.kind = j.kind and j.state = 'waiting' and j.id = any(b.ids) limit 1) b on true
        left join bursar.daemon d on d.id = coalesce(j.daemon_id, b.daemon_id)
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
            orderKey: try row.next(), limitKey: try row.next(), uniqueKey: try row.next(), isHeld: try row.next(),
            lease: try lease(from: &row), now: try row.next())
        return JobDetails(job: job, payload: payload, unfinished: unfinished)
    }

    private static func lease(from row: inout Row) throws(PostgresError) -> JobDetails.Lease? {
        let number = try row.next(Int64?.self)
        let daemon = try row.next(UUID?.self)
        let claimedAt = try row.next(Instant?.self)
        let deadline = try row.next(Instant?.self)
        let host = try row.next(String?.self)
        let pid = try row.next(Int32?.self)
        let batch = try row.next(Int?.self)
        guard let number, let daemon, let claimedAt, let deadline else { return nil }
        return JobDetails.Lease(
            number: number, daemon: DaemonID(daemon), claimedAt: claimedAt, deadline: deadline, host: host, pid: pid,
            batch: batch)
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
