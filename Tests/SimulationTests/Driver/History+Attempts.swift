import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport

extension History {
    mutating func enqueue() async throws {
        let job = newJob(partOf: nil)
        let id = try await fleet.pool.enqueue(job, now: now)
        note("enqueue \(job.kind) \(String(describing: job.place)) \(job.uniqueKey ?? "") as \(id)")
        try entered(job, as: id)
    }

    mutating func entered(_ job: NewJob, as id: Int64) throws {
        try model.entered(job, as: id, now: now)
        if case .ordered(let key) = job.place, model.jobs[id]?.orderKey == key { keptKeys[id] = key }
    }

    private mutating func newJob(partOf run: ExecutionID?) -> NewJob {
        let kind = random.pick([
            Fleet.plain, Fleet.plain, Fleet.money, Fleet.gated, Fleet.gated, Fleet.outside, Fleet.bulk, Fleet.bulk,
            Fleet.rare,
        ])
        var job = NewJob(
            kind: kind, runAt: random.pick([nil, nil, now - .seconds(5), now + .seconds(1 + random.below(120))]),
            priority: random.pick([.normal, .normal, .urgent, .low]), money: kind == Fleet.money, partOf: run)
        if kind == Fleet.gated {
            job.place = random.pick([
                nil, .limited(key: "x"), .limited(key: "x"), .limited(key: "y"), .ordered(key: "a"),
            ])
        } else if kind != Fleet.bulk {
            job.place = random.pick([nil, nil, .ordered(key: "a"), .ordered(key: "b")])
        }
        if random.below(4) == 0 {
            (job.uniqueKey, job.uniqueIn) = random.pick(Self.uniqueKeys)
            // What is taken by the batch is never seen to run.
            if kind == Fleet.bulk { job.uniqueIn = .unfinished }
        }
        if run == nil, random.below(4) == 0 {
            job.run = NewRun(execution: ExecutionID.make(at: now), trigger: .manual, source: "simulation")
        }
        return job
    }

    /// A key may be meant in other states by another job.
    private static let uniqueKeys: [(String?, UniqueStates)] = [
        ("waiting", .waiting), ("busy", .waitingOrRunning), ("unfinished", .unfinished), ("mixed", .waiting),
        ("mixed", .unfinished),
    ]

    mutating func claim(_ member: Int, limit: Int? = nil) async throws {
        let limit = limit ?? 1 + random.below(4)
        let daemon = fleet.members[member]
        guard let id = await daemon.session.current else { return }
        let isFull = looksFully || steps.last?.hasSuffix("drains") == true
        if isFull { daemon.store.marks.reset() }
        let answer = try await daemon.store.claim(limit: limit)
        note("\(daemon.name) claims \(limit): \(answer.claims.map(\.job))")
        try model.claimed(
            answer.claims, by: id, of: daemon.kinds, limit: limit, now: now, held: rows.held,
            isFull: isFull && !answer.mayHaveMore)
        grips += answer.claims.map { Grip(member: member, claim: $0) }
        if !answer.claims.isEmpty { try await compare() }
    }

    /// A daemon does something with a job that it holds, or held: then it must be refused.
    mutating func act() async throws {
        guard !grips.isEmpty else { return try await enqueue() }
        // The newest are mostly held, the oldest mostly lost.
        let index = random.below(5) == 0 ? random.below(grips.count) : max(0, grips.count - 1 - random.below(4))
        let grip = grips[index]
        // Whose COMMIT had no answer looks for what its lease ended; nobody finishes what he has cancelled himself.
        if fuse != nil, let end = model.ended[grip.claim.job], end.lease == grip.claim.lease, end.state != .done {
            return
        }
        switch random.below(12) {
        case 0..<3: try await step(grip)
        case 3..<6: try await finish(grip)
        case 6..<8: try await postpone(grip)
        case 8: try await park(grip)
        case 9: try await fail(grip)
        case 10: try await cancel(grip)
        // It takes a second connection, and what breaks statements observes one.
        default: fuse == nil ? try await stepWhileLosing(grip) : try await step(grip)
        }
        if grips.count > 12, !model.holds(grip.claim.key), random.below(3) == 0 { grips.remove(at: index) }
    }

    private mutating func agree(_ what: String, _ grip: Grip, _ granted: Bool, _ expected: Bool) throws {
        note("\(fleet.members[grip.member].name) \(what) \(grip.claim.job) under \(grip.claim.lease): \(granted)")
        if !expected { refusedStale += 1 }
        if granted != expected { throw disagree("\(what) was \(granted ? "granted" : "refused") against the rules") }
    }

    /// Runs a verb that throws when its attempt no longer holds the job.
    private func isGranted(_ verb: () async throws -> Void) async throws -> Bool {
        do {
            try await verb()
            return true
        } catch is LeaseLost {
            return false
        }
    }

    private mutating func step(_ grip: Grip) async throws {
        let claim = grip.claim
        let child = claim.execution != nil && random.below(2) == 0 ? newJob(partOf: claim.execution) : nil
        let now = now
        let made = LastMade()
        let granted = try await isGranted {
            try await fleet.members[grip.member].store.step(claim, checkpoint: "{}", progress: nil) { transaction in
                try await transaction.execute(Self.effect(claim, "step"))
                if let child { made.set(try await transaction.enqueue(child, now: now)) }
            }
        }
        let expected = model.holds(claim.key)
        if granted, expected, let child, let id = made.id { try entered(child, as: id) }
        _ = model.step(claim.key)
        if expected { stepped[claim.job, default: 0] += 1 }
        try agree("steps", grip, granted, expected)
    }

    mutating func finish(_ grip: Grip, isLast: Bool = false) async throws {
        let claim = grip.claim
        let child = !isLast && claim.execution != nil && random.below(3) == 0 ? newJob(partOf: claim.execution) : nil
        let report = RunReport(totals: "{}", hasWarnings: random.below(4) == 0)
        let now = now
        let made = LastMade()
        let granted = try await isGranted {
            try await fleet.members[grip.member].store.finish(claim, report: report) { transaction in
                try await transaction.execute(Self.effect(claim, "finish"))
                if let child { made.set(try await transaction.enqueue(child, now: now)) }
            }
        }
        let expected = model.holds(claim.key)
        if granted, expected, let child, let id = made.id { try entered(child, as: id) }
        _ = model.finish(claim.key, hasWarnings: report.hasWarnings)
        // Whose COMMIT had no answer looks whether its lease ended the job, and here it may have done so before.
        let didBefore =
            fuse != nil && model.ended[claim.job]?.lease == claim.lease && model.finishes.contains(claim.job)
        try agree("finishes", grip, granted, expected || granted && didBefore)
        if isLast, granted { try await compare() }
    }

    /// Between its effects and the fence the job is taken from the attempt.
    private mutating func stepWhileLosing(_ grip: Grip) async throws {
        let claim = grip.claim
        let store = fleet.members[grip.member].store
        let granted = try await isGranted {
            try await store.step(claim, checkpoint: "{}", progress: nil) { transaction in
                try await transaction.execute(Self.effect(claim, "lost"))
                _ = try await store.postpone(claim, until: .after(.zero), failure: nil)
            }
        }
        _ = model.postpone(claim.key, until: now, isFailure: false)
        try agree("loses while it steps", grip, granted, false)
    }

    private mutating func postpone(_ grip: Grip) async throws {
        let pause = Duration.seconds(random.below(90))
        let failure: String? = random.below(2) == 0 ? "it failed" : nil
        let until: PostponedUntil = random.pick([.at(now + pause), .after(pause), .after(pause), .asBefore])
        let place = min(model.jobs[grip.claim.job]?.runAt ?? now, now)
        let granted = try await fleet.members[grip.member].store.postpone(grip.claim, until: until, failure: failure)
        let expected = model.postpone(
            grip.claim.key, until: until == .asBefore ? place : now + pause, isFailure: failure != nil)
        try agree("postpones", grip, granted, expected)
    }

    private mutating func park(_ grip: Grip) async throws {
        let code: ParkCode = random.pick([.asked, .refused, .exhausted])
        let granted = try await fleet.members[grip.member].store.park(grip.claim, because: code, reason: "a person")
        try agree("parks", grip, granted, model.park(grip.claim.key, because: code))
    }

    private mutating func fail(_ grip: Grip) async throws {
        let granted = try await fleet.members[grip.member].store.fail(grip.claim, error: "for good")
        try agree("fails", grip, granted, model.fail(grip.claim.key))
    }

    private mutating func cancel(_ grip: Grip) async throws {
        let granted = try await fleet.members[grip.member].store.cancel(grip.claim, reason: "no longer wanted")
        try agree("cancels", grip, granted, model.cancel(grip.claim.key))
    }

    private static func effect(_ claim: Claim, _ what: String) -> SQL {
        "insert into bursar.sim_effect values (\(claim.job), \(claim.lease), \(what))"
    }
}
