import Events
package import Jobs
package import Logging
package import Postgres
package import Primitives

/// The durable `JobStore`: each verb one transaction, each transaction of an attempt fenced.
package struct PostgresJobStore: JobStore {
    package typealias Transaction = Postgres.Transaction

    let pool: PostgresPool
    let session: DaemonSession
    /// The kinds whose jobs it runs, and what gates them now.
    let book: KindBook
    private let liveness: Liveness
    /// Nil: the database's own clock decides.
    let time: (any TimeSource)?
    let logger: Logger?
    package let marks: LineMarks
    private let mending = Mending()
    let holdings = Holdings()
    private let turns = ClaimTurns()
    /// What this daemon made ready; somebody must run it.
    package let wakeUps: WakeUps

    /// How often the fate of a COMMIT whose answer was lost is looked up before the attempt counts as failed.
    private static let lookUpsMax = 5

    package init(
        pool: PostgresPool, session: DaemonSession, kinds: [KindLimits], liveness: Liveness,
        time: (any TimeSource)? = nil, logger: Logger? = nil
    ) {
        self.pool = pool
        self.session = session
        book = KindBook(kinds)
        self.liveness = liveness
        self.time = time
        self.logger = logger
        marks = session.marks
        wakeUps = WakeUps(marks: session.marks)
    }

    package func claim(limit: Int) async throws -> ClaimAnswer {
        guard let daemon = await session.current else { return ClaimAnswer(claims: [], mayHaveMore: false) }
        do {
            let answer = try await claim(limit: limit, daemon: daemon)
            holdings.add(answer.claims)
            return answer
        } catch {
            holdings.doubt()
            throw error
        }
    }

    private func claim(limit: Int, daemon: DaemonID) async throws -> ClaimAnswer {
        let turn = turns.next(hasOpen: !open.isEmpty, hasGated: !gated.isEmpty)
        var answer = ClaimAnswer(claims: [], mayHaveMore: false)
        for isGated in turn {
            let next = try await isGated
                ? claimGated(limit: limit, daemon: daemon) : claimOpen(limit: limit, daemon: daemon)
            // What was taken begins at once; the others have the first turn in the next claim.
            if !next.claims.isEmpty {
                return ClaimAnswer(claims: next.claims, mayHaveMore: turn.count > 1 || next.mayHaveMore)
            }
            let pauses = [answer.opensAfter, next.opensAfter].compactMap(\.self)
            answer = ClaimAnswer(claims: [], mayHaveMore: false, opensAfter: pauses.min())
        }
        return answer
    }

    private func claimOpen(limit: Int, daemon: DaemonID) async throws -> ClaimAnswer {
        try await marks.look(at: open.flatMap { LowWaterMarks.Line.all(of: $0.kind) }) { look in
            let rows = try await pool.run(
                ClaimJobs(
                    now: time?.now(), limit: Int32(clamping: limit), kinds: open, daemon: daemon, from: look.from))
            let taken = rows.compactMap(\.taken)
            let isContested = taken.count < min(limit, rows.first?.seen ?? 0)
            let last = Dictionary(taken.map { ($0.line, $0.position) }, uniquingKeysWith: max)
            let answer = ClaimAnswer(
                claims: taken.map(\.claim), mayHaveMore: taken.count == limit || isContested && !taken.isEmpty,
                opensAfter: turns.pause(isContested: isContested, isEmpty: taken.isEmpty))
            return (answer, last)
        }
    }

    private func claimGated(limit: Int, daemon: DaemonID) async throws -> ClaimAnswer {
        try await pool.transaction { transaction in
            let held = Set(try await transaction.run(LockGates(kinds: gated.map(\.kind.name))))
            let mine = gated.filter { held.contains($0.kind.name) }
            guard !mine.isEmpty else { return try await closed(mine, in: transaction) }
            let taken = try await transaction.run(
                ClaimGatedJobs(now: time?.now(), limit: Int32(clamping: limit), kinds: mine, daemon: daemon)
            ).compactMap { $0?.claim }
            guard taken.isEmpty else {
                _ = turns.pause(isContested: false, isEmpty: false)
                return ClaimAnswer(claims: taken, mayHaveMore: true)
            }
            return try await closed(mine, in: transaction)
        }
    }

    /// Nothing of `mine` may start, and the other gated kinds are in another daemon's hands just now.
    private func closed(_ mine: [KindLimits], in transaction: Transaction) async throws -> ClaimAnswer {
        let isContested = mine.count < gated.count
        var pauses = [turns.pause(isContested: isContested, isEmpty: true)]
        if mine.contains(where: { $0.gates.opensByItself }) {
            let opening = NextOpening(now: time?.now(), kinds: mine.map(\.kind.name))
            pauses += try await transaction.run(opening).map(Optional.some)
        }
        return ClaimAnswer(claims: [], mayHaveMore: false, opensAfter: pauses.compactMap(\.self).min())
    }

    package func nextDue() async throws -> NextDue {
        try await pool.run(NextDueJob(now: time?.now(), from: marks.positions(of: lines)))[0]
    }

    /// Every line that this daemon takes jobs from.
    private var lines: [LowWaterMarks.Line] { kinds.keys.flatMap { LowWaterMarks.Line.all(of: $0) } }

    package func step(
        _ claim: Claim, checkpoint: String, progress: RunProgress?,
        _ effects: @Sendable (Transaction) async throws -> Void
    ) async throws {
        guard let before = try await pool.first(CommittedSteps(job: claim.job, lease: claim.lease)) else {
            holdings.remove(claim.key)
            throw LeaseLost(claim)
        }
        let fence = FenceStep(
            job: claim.job, lease: claim.lease, committed: before, checkpoint: checkpoint, progress: progress,
            now: time?.now())
        try await committing(
            claim,
            isCommitted: {
                let steps = try await pool.first(CommittedSteps(job: claim.job, lease: claim.lease))
                guard let steps else { throw LeaseLost(claim) }
                return steps > before
            },
            { ready in
                _ = try await transaction(of: claim, collecting: ready, endingWith: fence, effects)
            })
    }

    package func finish(
        _ claim: Claim, report: RunReport, _ effects: @Sendable (Transaction) async throws -> Void
    ) async throws {
        let fence = FinishJob(
            job: claim.job, lease: claim.lease, outcome: report.hasWarnings ? .warning : .success,
            totals: report.totals, now: time?.now())
        var paused: [PausedSchedule] = []
        try await committing(
            claim,
            isCommitted: { try await pool.first(EndedUnderLease(job: claim.job, lease: claim.lease)) != nil },
            { ready in
                let ended = try await transaction(of: claim, collecting: ready, endingWith: fence) { transaction in
                    try await effects(transaction)
                    if let line = StandInLine(claim) { try await transaction.run(line) }
                }
                for wakeUp in ended.compactMap(\.wakeUp) { ready.add(wakeUp) }
                paused = ended
            })
        holdings.remove(claim.key)
        for schedule in paused { tell(of: schedule, after: claim) }
    }

    /// Runs a transaction; when the answer to its COMMIT was lost, looks its marker up and runs it again only if the
    /// marker says that it never happened. Its COMMIT may still be under way then: the second run waits for the first,
    /// fails once that has committed, at its fence at the latest, and the marker tells that from any other failure.
    /// What it made ready is told afterwards.
    private func committing(
        _ claim: Claim, isCommitted: () async throws -> Bool,
        _ transaction: (ReadyInTransaction) async throws -> Void
    ) async throws {
        let ready = ReadyInTransaction()
        var isInDoubt = false
        for lookUp in 1...Self.lookUpsMax {
            do {
                try await transaction(ready)
                break
            } catch let error as PostgresError where error.code == .commitUnknown && lookUp < Self.lookUpsMax {
                if try await isCommitted() { break }
                isInDoubt = true
            } catch where isInDoubt {
                guard try await isCommitted() else { throw error }
                break
            } catch let lost as LeaseLost {
                holdings.remove(claim.key)
                throw lost
            }
        }
        wakeUps.add(ready.wakeUps)
    }

    /// A transaction of the attempt, which the fence commits, or ends in an error: both go to the server together.
    private func transaction<Fence: Statement>(
        of claim: Claim, collecting ready: ReadyInTransaction, endingWith fence: Fence,
        _ body: @Sendable (Transaction) async throws -> Void
    ) async throws -> [Fence.Output] {
        do {
            return try await ReadyInTransaction.$current.withValue(ready) {
                try await pool.transaction(endingWith: fence) { transaction in
                    ready.forget()
                    try await body(transaction)
                }
            }
        } catch let error as PostgresError where error.sqlState == LeaseLost.sqlState {
            throw LeaseLost(claim)
        }
    }

    package func postpone(_ claim: Claim, until runAt: PostponedUntil, failure: String?) async throws -> Bool {
        let waiting = try await inLine(
            claim, PostponeJob(job: claim.job, lease: claim.lease, until: runAt, failure: failure, now: time?.now()))
        holdings.remove(claim.key)
        wakeUps.add(waiting)
        return !waiting.isEmpty
    }

    package func park(_ claim: Claim, because code: ParkCode, reason: String) async throws -> Bool {
        try await end(
            claim, ParkJob(job: claim.job, lease: claim.lease, code: code, reason: reason, now: time?.now()))
    }

    package func fail(_ claim: Claim, error: String) async throws -> Bool {
        try await end(
            claim, AbandonJob(job: claim.job, lease: claim.lease, state: .failed, error: error, now: time?.now()))
    }

    package func cancel(_ claim: Claim, reason: String) async throws -> Bool {
        try await end(
            claim, AbandonJob(job: claim.job, lease: claim.lease, state: .cancelled, error: reason, now: time?.now()))
    }

    private func end<S: Statement>(_ claim: Claim, _ statement: S) async throws -> Bool
    where S.Output == PausedSchedule {
        let rows = try await inLine(claim, statement)
        holdings.remove(claim.key)
        guard let ended = rows.first else { return false }
        if let stepped = ended.wakeUp { wakeUps.add([stepped]) }
        tell(of: ended, after: claim)
        return true
    }

    /// Runs the statement that ends an attempt, in line first where its job stands in one.
    private func inLine<S: Statement>(_ claim: Claim, _ statement: S) async throws -> [S.Output] {
        guard let line = StandInLine(claim) else { return try await pool.run(statement) }
        return try await pool.transaction { transaction in
            try await transaction.run(line)
            return try await transaction.run(statement)
        }
    }

    private func tell(of held: PausedSchedule, after claim: Claim) {
        guard let schedule = held.name else { return }
        var metadata: Logger.Metadata = ["job": "\(claim.job)", "kind": "\(claim.kind)"]
        if let execution = claim.execution { metadata["run"] = "\(execution)" }
        tell(ofPaused: schedule, metadata)
    }

    /// Schedules paused themselves, whatever ended their runs.
    func tell(ofPaused schedules: [PausedByRun]) {
        for paused in schedules { tell(ofPaused: paused.schedule, ["run": "\(paused.run)"]) }
    }

    private func tell(ofPaused schedule: String, _ metadata: Logger.Metadata) {
        logger?.event(
            .schedulePausedOnFailure, "the schedule \(schedule) paused itself: a person must resume it",
            metadata: metadata.merging(["schedule": "\(schedule)"]) { own, _ in own })
    }

    @discardableResult
    package func beat() async throws -> DaemonLife {
        let life = try await session.beat(from: marks.positions(of: lines), limits: Array(kinds.values))
        guard holdings.isInDoubt(for: liveness.lease) else { return life }
        return DaemonLife(unwanted: life.unwanted, mayReap: true, next: life.next)
    }

    package func reap() async throws -> Int {
        guard let daemon = await session.current else { return 0 }
        try await pool.run(EndStaleTransactions(daemon: daemon, liveness: liveness, now: time?.now()))
        // A life that began while all daemons stayed connected, as far as one can tell, is known from here on.
        try await pool.run(NoteServerLife())
        let fromDead = try await cutOff(by: RetakeFromDead(liveness: liveness, now: time?.now()))
        let overdue = try await cutOff(by: RetakeOverdue(daemon: daemon, now: time?.now()))
        let forgotten = try await pool.run(
            RetakeForgotten(daemon: daemon, held: holdings.held, patience: liveness.staleAfter, now: time?.now()))
        if !fromDead.isEmpty || !overdue.isEmpty || !forgotten.isEmpty { marks.reset() }
        _ = try await pool.run(FoldTally())
        _ = try await pool.run(SettleWaiting(now: time?.now()))
        // Who registered while that looked around found nothing of what it then set aside.
        _ = try await pool.run(FreeKnownKinds(kinds: nil))
        tell(ofPaused: try await pool.run(CloseRuns(now: time?.now())))
        wakeUps.add(try await mending.mend(via: pool, now: time?.now()))
        return fromDead.count + overdue.count + forgotten.count
    }

    /// What a statement took from its daemon.
    private func cutOff<S: Statement>(by statement: S) async throws -> [Int64]
    where S.Output == (cut: [Int64], paused: [PausedByRun]) {
        let rows = try await pool.run(statement)
        for row in rows { tell(ofPaused: row.paused) }
        return rows.flatMap(\.cut)
    }
}

extension LeaseLost {
    /// What `bursar.lease_lost()` raises.
    static let sqlState = "BRS01"

    init(_ claim: Claim) {
        self.init(job: claim.job, lease: claim.lease)
    }
}
