import Jobs
import JobsPostgres
import Primitives

extension QueueModel {
    /// A claim was answered: whether it may have been so.
    ///
    /// - Parameters:
    ///   - held: those who wait behind others of their line.
    ///   - isFull: the look began at the very beginning, so what was not taken could not be.
    mutating func claimed(
        _ claims: [Claim], by daemon: DaemonID, of known: [JobKind], limit: Int, now: Instant, held: Set<Int64>,
        isFull: Bool
    ) throws(Broken) {
        guard claims.count <= limit, Set(claims.map(\.job)).count == claims.count else {
            throw Broken("\(claims.count) claims of \(limit): \(claims.map(\.job))")
        }
        // Nobody is given anything under the name of one that was buried.
        if daemons[daemon]?.isBuried == true {
            guard claims.isEmpty else { throw Broken("\(daemon) is buried, and was given \(claims.map(\.job))") }
            return
        }
        let before = self
        for lease in Set(claims.map(\.lease)).sorted() {
            guard lease > lastLease else { throw Broken("the lease \(lease) came after \(lastLease)") }
            lastLease = lease
        }
        for claim in claims { try take(claim, by: daemon, of: known, now: now, held: held) }
        try checkLimits(claims, before: before, now: now)
        guard isFull, claims.count < limit else {
            return try checkOrder(claims, before, of: known, now: now, held: held)
        }
        let left = jobs.values.filter {
            isClaimable($0, of: known, now: now, held: held) && kinds[$0.kind]?.gates == .open
        }
        guard left.isEmpty else { throw Broken("jobs \(left.map(\.id).sorted()) could have been taken and were not") }
        try checkOrder(claims, before, of: known, now: now, held: held)
    }

    private mutating func take(
        _ claim: Claim, by daemon: DaemonID, of known: [JobKind], now: Instant, held: Set<Int64>
    ) throws(Broken) {
        guard let job = jobs[claim.job] else { throw Broken("job \(claim.job) was claimed and is not there") }
        guard isClaimable(job, of: known, now: now, held: held) else {
            throw Broken("job \(job.id) was claimed and must not be: \(job), held: \(held.contains(job.id))")
        }
        guard let limits = kinds[job.kind] else { throw Broken("nobody knows \(job.kind)") }
        if let key = job.orderKey, let older = jobs.values.first(where: { $0.orderKey == key && $0.id < job.id }) {
            throw Broken("job \(job.id) overtook job \(older.id) in line \(key)")
        }
        jobs[job.id]?.state = .running
        jobs[job.id]?.lease = claim.lease
        jobs[job.id]?.daemon = daemon
        jobs[job.id]?.attempt += 1
        jobs[job.id]?.deadline = now + limits.deadline
        let execution = execution(begunBy: job.id) ?? job.partOf
        guard claim.attempt == job.attempt + 1, claim.failures == job.failures, claim.kind == job.kind,
            claim.money == job.money, claim.place == job.place, claim.execution == execution, claim.claimedAt == now
        else { throw Broken("the claim \(claim) is not of \(job)") }
    }

    /// Due, wanted, of a kind that is taken one by one, and at the head of its line.
    func isClaimable(_ job: ModelJob, of known: [JobKind], now: Instant, held: Set<Int64>) -> Bool {
        job.state == .waiting && !job.isUnwanted && job.runAt <= now && known.contains(job.kind)
            && !held.contains(job.id) && kinds[job.kind]?.isIdempotent == false
    }

    /// Nobody whom nothing gates was passed over for another of the same kind.
    private func checkOrder(
        _ claims: [Claim], _ before: QueueModel, of known: [JobKind], now: Instant, held: Set<Int64>
    ) throws(Broken) {
        for (kind, claims) in Dictionary(grouping: claims, by: \.kind) where kinds[kind]?.gates == .open {
            let taken = claims.compactMap { before.jobs[$0.job] }
            guard taken == taken.sorted(by: ModelJob.isBefore) else { throw Broken("claims out of order: \(claims)") }
        }
    }

    /// No more at once than the kind and its keys allow, and none that its bucket or breaker forbade.
    private mutating func checkLimits(_ claims: [Claim], before: QueueModel, now: Instant) throws(Broken) {
        for (kind, claims) in Dictionary(grouping: claims, by: \.kind) {
            guard let gates = kinds[kind]?.gates else { continue }
            let running = jobs.values.filter { $0.kind == kind && $0.state == .running }
            if let limit = gates.concurrency, running.count > limit {
                throw Broken("\(running.count) of \(kind) run at once, \(limit) may")
            }
            if let limit = gates.perKey {
                for (key, same) in Dictionary(grouping: running, by: \.limitKey) where key != nil && same.count > limit
                {
                    throw Broken("\(same.count) of \(kind) under \(key ?? "") run at once, \(limit) may")
                }
            }
            if let name = gates.bucket?.name, let bucket = buckets[name] {
                guard claims.count <= bucket.tokens(at: now) else {
                    throw Broken("\(claims.count) tokens were taken from \(bucket) at \(now)")
                }
                buckets[name]?.take(claims.count, at: now)
            }
            if let name = gates.breaker?.name {
                let allowed = before.allowance(of: name, now: now)
                guard claims.count <= allowed else { throw Broken("\(claims.count) started, \(name) lets \(allowed)") }
                if breakers[name]?.openUntil != nil, let probe = claims.min(by: { $0.job < $1.job }) {
                    breakers[name]?.probe = probe.key
                }
            }
        }
    }

    /// How many may start: all while the breaker is closed, none while it is open, one at a time while it is half open.
    func allowance(of name: String, now: Instant) -> Int {
        guard let breaker = breakers[name], let openUntil = breaker.openUntil else { return .max }
        if openUntil > now { return 0 }
        return breaker.probe.map(holds) == true ? 0 : 1
    }

    // MARK: Batches

    /// A batch was taken.
    mutating func took(
        _ batch: Batch?, of kind: JobKind, by daemon: DaemonID, limit: Int, now: Instant, isFull: Bool
    ) throws(Broken) {
        let free = jobs.values.filter {
            $0.kind == kind && $0.state == .waiting && !$0.isUnwanted && $0.runAt <= now && !isInBatch($0.id)
        }.sorted(by: ModelJob.isBefore)
        let isBuried = daemons[daemon]?.isBuried == true
        guard let batch else {
            guard isFull, !isBuried, !free.isEmpty else { return }
            throw Broken("jobs \(free.map(\.id)) could have been taken together")
        }
        guard !isBuried, batch.lease > lastLease, batch.jobs.count <= limit, !batch.jobs.isEmpty else {
            throw Broken("the batch \(batch) after lease \(lastLease), limit \(limit)")
        }
        let ids = Set(batch.jobs.map(\.id))
        guard ids.isSubset(of: free.map(\.id)), ids.count == batch.jobs.count else {
            throw Broken("the batch \(batch) is not of those that are free: \(free.map(\.id))")
        }
        guard !isFull || ids == Self.share(of: free, limit: limit) else {
            throw Broken("the batch \(ids) is not the first of \(free.map(\.id))")
        }
        for job in batch.jobs {
            guard job.attempt == jobs[job.id]?.attempt, job.failures == jobs[job.id]?.failures else {
                throw Broken("the batch says \(job) of \(String(describing: jobs[job.id]))")
            }
        }
        lastLease = batch.lease
        batches[batch.lease] = ModelBatch(
            kind: kind, daemon: daemon, jobs: ids,
            deadline: now + (kinds[kind]?.deadline ?? .zero))
    }

    /// Who is taken together: of those whose batch was cut off, half as many each time, until the killer is alone.
    private static func share(of free: [ModelJob], limit: Int) -> Set<Int64> {
        var cuts = 0
        var share: Set<Int64> = []
        for (index, job) in free.prefix(limit).enumerated() {
            cuts = max(cuts, job.interruptions)
            if index == 0 || index + 1 <= limit >> min(cuts, 30) { share.insert(job.id) }
        }
        return share
    }

    /// A batch is acknowledged; false when it was taken from its daemon before.
    mutating func acknowledge(_ receipt: BatchReceipt, now: Instant) -> Bool {
        guard batches.removeValue(forKey: receipt.lease) != nil else { return false }
        let broken = receipt.ended.filter { jobs[$0.id] != nil }
        for broken in broken where broken.park != .asked { jobs[broken.id]?.failures += 1 }
        let failed = broken.filter { $0.park == nil }.map(\.id)
        let done = receipt.done.filter { jobs[$0] != nil }
        for id in done + failed { jobs[id]?.attempt += 1 }
        endTogether([.done: done, .failed: failed], lease: receipt.lease)
        for postponed in receipt.postponed where jobs[postponed.id] != nil {
            jobs[postponed.id]?.runAt = now + postponed.after
            jobs[postponed.id]?.attempt += 1
            if postponed.failure != nil { jobs[postponed.id]?.failures += 1 }
        }
        for broken in broken {
            guard let code = broken.park else { continue }
            jobs[broken.id]?.attempt += 1
            setAside(broken.id, because: code)
        }
        return true
    }
}
