import Events
package import Jobs
package import Logging
package import Postgres
package import Primitives

/// The durable `JobStore`: each verb one transaction, each transaction of an attempt fenced.
package struct PostgresJobStore: JobStore {
    package typealias Transaction = Postgres.Transaction

    private let pool: PostgresPool
    private let session: DaemonSession
    private let definitions: [KindLimits]
    private let liveness: Liveness
    /// Nil: the database's own clock decides.
    private let time: (any TimeSource)?
    private let logger: Logger?

    /// How often the fate of a COMMIT whose answer was lost is looked up before the attempt counts as failed.
    private static let lookUpsMax = 5

    package init(
        pool: PostgresPool, session: DaemonSession, kinds: [KindLimits], liveness: Liveness,
        time: (any TimeSource)? = nil, logger: Logger? = nil
    ) {
        self.pool = pool
        self.session = session
        self.definitions = kinds
        self.liveness = liveness
        self.time = time
        self.logger = logger
    }

    package func claim(limit: Int) async throws -> [Claim] {
        guard let daemon = await session.current else { return [] }
        return try await pool.run(
            ClaimJobs(
                now: time?.now(), limit: Int32(clamping: limit), kinds: definitions.map(\.kind.name),
                deadlines: definitions.map { $0.deadline.wholeMicroseconds }, daemon: daemon))
    }

    package func nextDue() async throws -> NextDue {
        let rows = try await pool.run(NextDueJob(now: time?.now(), kinds: definitions.map(\.kind.name)))
        return rows[0]
    }

    package func step(
        _ claim: Claim, checkpoint: String, progress: RunProgress?,
        _ effects: @Sendable (Transaction) async throws -> Void
    ) async throws {
        let fence = FenceStep(
            job: claim.job, lease: claim.lease, checkpoint: checkpoint, progress: progress, now: time?.now())
        guard let before = try await pool.first(CommittedSteps(job: claim.job, lease: claim.lease)) else {
            throw LeaseLost(claim)
        }
        try await committing(
            isCommitted: {
                let steps = try await pool.first(CommittedSteps(job: claim.job, lease: claim.lease))
                guard let steps else { throw LeaseLost(claim) }
                return steps > before
            },
            {
                try await pool.transaction { transaction in
                    try await effects(transaction)
                    guard try await transaction.first(fence) != nil else { throw LeaseLost(claim) }
                }
            })
    }

    package func finish(
        _ claim: Claim, report: RunReport, _ effects: @Sendable (Transaction) async throws -> Void
    ) async throws {
        let fence = FinishJob(
            job: claim.job, lease: claim.lease, outcome: report.hasWarnings ? .warning : .success,
            totals: report.totals, now: time?.now())
        try await committing(
            isCommitted: { try await pool.first(EndedUnderLease(job: claim.job, lease: claim.lease)) != nil },
            {
                try await pool.transaction { transaction in
                    try await effects(transaction)
                    guard try await transaction.first(fence) != nil else { throw LeaseLost(claim) }
                }
            })
    }

    /// Runs a transaction; when the answer to its COMMIT was lost, looks its marker up and runs it again only if the
    /// marker says that it never happened.
    private func committing(
        isCommitted: () async throws -> Bool, _ transaction: () async throws -> Void
    ) async throws {
        for lookUp in 1...Self.lookUpsMax {
            do {
                return try await transaction()
            } catch let error as PostgresError where error.code == .commitUnknown && lookUp < Self.lookUpsMax {
                if try await isCommitted() { return }
            }
        }
    }

    package func postpone(_ claim: Claim, until runAt: PostponedUntil, failure: String?) async throws -> Bool {
        try await pool.first(
            PostponeJob(job: claim.job, lease: claim.lease, until: runAt, failure: failure, now: time?.now())) != nil
    }

    package func park(_ claim: Claim, because code: ParkCode, reason: String) async throws -> Bool {
        let held = try await pool.first(
            ParkJob(job: claim.job, lease: claim.lease, code: code, reason: reason, now: time?.now()))
        tell(of: held, after: claim)
        return held != nil
    }

    package func fail(_ claim: Claim, error: String) async throws -> Bool {
        let held = try await pool.first(
            AbandonJob(job: claim.job, lease: claim.lease, state: .failed, error: error, now: time?.now()))
        tell(of: held, after: claim)
        return held != nil
    }

    private func tell(of held: PausedSchedule?, after claim: Claim) {
        guard let logger, let schedule = held?.name else { return }
        var metadata: Logger.Metadata = ["schedule": "\(schedule)", "job": "\(claim.job)", "kind": "\(claim.kind)"]
        if let execution = claim.execution { metadata["run"] = "\(execution)" }
        logger.event(
            .schedulePausedOnFailure, "the schedule \(schedule) paused itself: a person must resume it",
            metadata: metadata)
    }

    package func cancel(_ claim: Claim, reason: String) async throws -> Bool {
        try await pool.first(
            AbandonJob(job: claim.job, lease: claim.lease, state: .cancelled, error: reason, now: time?.now())) != nil
    }

    @discardableResult
    package func beat() async throws -> DaemonLife {
        try await session.beat()
    }

    package func reap() async throws -> Int {
        guard let daemon = await session.current else { return 0 }
        let fromDead = try await pool.run(RetakeFromDead(liveness: liveness, now: time?.now()))
        let overdue = try await pool.run(RetakeOverdue(daemon: daemon, now: time?.now()))
        _ = try await pool.run(SettleWaiting(now: time?.now()))
        return fromDead.count + overdue.count
    }
}

/// What the store needs to know of a kind.
package struct KindLimits: Sendable, Hashable {
    package let kind: JobKind
    /// From the claim to the hard deadline.
    package let deadline: Duration

    package init(kind: JobKind, deadline: Duration) {
        self.kind = kind
        self.deadline = deadline
    }
}

extension LeaseLost {
    init(_ claim: Claim) {
        self.init(job: claim.job, lease: claim.lease)
    }
}
