package import Audit
import Jobs
package import Postgres
package import Primitives

/// What operators do to single jobs. Each verb is one transaction with its entry in the audit trail.
package struct JobOperations: Sendable {
    private let pool: PostgresPool
    private let audit: AuditTrail
    private let time: (any TimeSource)?

    /// What became of a job that an operator wants tried again.
    package enum Retried: Sendable, Hashable {
        /// It was parked and waits again, due now, with all its attempts before it.
        case waiting
        /// It had failed for good: another one like it waits.
        case again(job: Int64, execution: ExecutionID)
    }

    /// What became of a job that an operator no longer wants.
    package enum Cancelled: Sendable, Hashable {
        case cancelled
        /// An attempt runs: its daemon was told, and ends it unless it is done before it hears.
        case requested
        /// It was so already.
        case unchanged
    }

    package init(pool: PostgresPool, audit: AuditTrail, time: (any TimeSource)? = nil) {
        self.pool = pool
        self.audit = audit
        self.time = time
    }

    /// Has a parked job tried again, or starts another one like a failed one. Anything else is refused.
    package func retry(_ id: Int64, by order: OperatorOrder) async throws -> Retried {
        try await pool.transaction { transaction in
            if let job = try await transaction.first(JobForEdit(id: id)) {
                try await free(job, by: order, in: transaction)
                return .waiting
            }
            guard let ended = try await transaction.first(EndedJobForEdit(id: id)) else {
                throw OperationRefusal.noJob(id)
            }
            return try await repeatFailed(ended, by: order, in: transaction)
        }
    }

    private func free(_ job: EditedJob, by order: OperatorOrder, in transaction: Transaction) async throws {
        guard job.state == "parked" else {
            throw OperationRefusal.conflict(
                "job \(job.id) is \(job.state): only parked and failed ones can be tried again",
                hint: "`bursarctl jobs explain \(job.id)` says what it waits for")
        }
        guard !job.isUnwanted else {
            throw OperationRefusal.conflict(
                "job \(job.id) is about to be cancelled", hint: "wait a few seconds and look again")
        }
        try order.requireReason(where: job.money, for: "job \(job.id)")
        if let holder = try await transaction.first(HolderOfKey(job: job.id)) {
            throw OperationRefusal.conflict(
                "job \(holder) has the unique key of job \(job.id): both cannot wait",
                hint: "wait for it to end (`bursarctl jobs show \(holder)`), or cancel one of the two")
        }
        try await transaction.run(FreeParkedJob(id: job.id, now: time?.now()))
        let after = try await transaction.first(JobForEdit(id: job.id))
        try await audit.record(
            order.entry("job.retry", "job \(job.id)", before: job.snapshot, after: after?.snapshot), in: transaction)
    }

    private func repeatFailed(
        _ ended: EndedJob, by order: OperatorOrder, in transaction: Transaction
    ) async throws -> Retried {
        guard ended.state == "failed" else {
            throw OperationRefusal.conflict(
                "job \(ended.id) is \(ended.state): only parked and failed ones can be tried again",
                hint: "`bursarctl schedules run` starts a new run of a schedule")
        }
        if let successor = ended.retriedAs {
            throw OperationRefusal.conflict(
                "job \(ended.id) was tried again as job \(successor)",
                hint: "`bursarctl jobs show \(successor)` shows how that went")
        }
        try order.requireReason(where: ended.money, for: "job \(ended.id)")
        let now = try await transaction.run(StoreClock(now: time?.now()))[0]
        let execution = ExecutionID.make(at: now)
        let source = "operator \(order.actor.name): retry of job \(ended.id)"
        guard
            let job = try await transaction.first(
                RepeatJob(id: ended.id, execution: execution, source: source, now: now))
        else {
            throw OperationRefusal.conflict(
                "an unfinished job has the unique key of job \(ended.id)",
                hint: "`bursarctl jobs list --kind \(ended.kind)` shows it")
        }
        let after = try await transaction.first(JobForEdit(id: job))
        try await audit.record(
            order.entry("job.retry", "job \(ended.id)", before: ended.snapshot, after: after?.snapshot),
            in: transaction)
        return .again(job: job, execution: execution)
    }

    /// Ends a waiting or parked job; asks the daemon that runs it to end a running one.
    package func cancel(_ id: Int64, by order: OperatorOrder) async throws -> Cancelled {
        try await pool.transaction { transaction in
            // Before its row: whoever ends a job of a line goes about it in this order.
            try await transaction.run(StandInLineOfJob(id: id))
            guard let job = try await transaction.first(JobForEdit(id: id)) else {
                guard let ended = try await transaction.first(EndedJobForEdit(id: id)) else {
                    throw OperationRefusal.noJob(id)
                }
                if ended.state == "cancelled" { return .unchanged }
                throw OperationRefusal.conflict(
                    "job \(id) is \(ended.state): it has ended and cannot be cancelled",
                    hint: "`bursarctl jobs show \(id)` shows how it ended")
            }
            try order.requireReason(where: job.money, for: "job \(id)")
            let isNew = !job.isUnwanted
            if isNew {
                try await transaction.run(
                    RequestCancellation(id: id, by: order.actor.name, reason: order.reason, now: time?.now()))
            }
            if job.state != "running" { try await transaction.run(EndUnwantedJob(id: id, now: time?.now())) }
            // What a daemon works at by the batch waits until that is acknowledged.
            let after = try await transaction.first(JobForEdit(id: id))?.snapshot
            guard isNew else { return after != nil ? .unchanged : .cancelled }
            let last = try await transaction.first(EndedJobForEdit(id: id))?.snapshot
            try await audit.record(
                order.entry("job.cancel", "job \(id)", before: job.snapshot, after: after ?? last), in: transaction)
            return after != nil ? .requested : .cancelled
        }
    }
}
