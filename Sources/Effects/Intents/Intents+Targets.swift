import Events
import Logging
package import Postgres
package import Primitives

/// What came of going through what a company did of late.
package struct Reconciliation: Sendable, Hashable {
    /// Whether intents may be submitted to the target now.
    package var isReleased = false
    /// A list that is taken earlier proves nothing: what was begun before the hold may not show up in it yet.
    package var tooEarlyUntil: Instant?
    /// Objects in the list.
    package var reports = 0
    /// Intents that took a step by it.
    package var moved = 0
    /// Objects with a reference of ours that no intent here has.
    package var strays = 0
    /// Objects without one.
    package var unreferenced = 0
    /// Objects that could not be heard of, the first `failuresKept` of them with why: the target stays held, since what
    /// it did is not all known here. Everything else was heard.
    package var failures: [String] = []

    static let failuresKept = 100
}

extension Intents {
    /// Makes the targets known to the database, and holds those whose history this database does not continue.
    ///
    /// New ones begin held: whoever lost everything knows nothing of what was done.
    package func register() async throws {
        for name in targets.keys.sorted()
        where try await pool.first(RegisterTarget(name: name, now: time?.now())) != nil {
            logHold(name, RegisterTarget.why)
        }
        for name in try await pool.run(HoldMovedTargets(now: time?.now())) { logHold(name, HoldMovedTargets.why) }
    }

    /// Holds a target: nothing is submitted to it until it has been reconciled.
    package func hold(_ target: String, because why: String) async throws {
        _ = try self.target(target)
        let why = EffectName.kept(why)
        if try await pool.first(HoldTarget(name: target, why: why, now: time?.now())) != nil { logHold(target, why) }
    }

    /// How the targets stand that the database knows.
    package func standings() async throws(PostgresError) -> [TargetStanding] {
        try await pool.run(TargetStandings(now: time?.now()))
    }

    /// Goes through what a company did of late, and releases its target.
    ///
    /// - Parameter since: from when on, if the target is not held; a held one knows it. Nil: all that can be told.
    package func reconcile(
        _ target: String, via provider: some EffectProvider, since: Instant? = nil, by who: String
    ) async throws -> Reconciliation {
        let start = try await startReconciling(target)
        var result = Reconciliation()
        result.tooEarlyUntil = tooEarly(start)
        if result.tooEarlyUntil != nil { return result }
        var cursor: String?
        for _ in 1...Self.pagesMax {
            let page = try await provider.list(since: start.heldSince == nil ? since : start.from, after: cursor)
            try await hear(page.reports, of: target, by: who, &result)
            cursor = page.next
            if cursor == nil { return try await release(start, result) }
        }
        throw EffectError(
            .invalid, "the list of \(target) does not end after \(Self.pagesMax) pages",
            hint: "its client must list what is newer than the instant that it is given")
    }

    /// The same with a list that was fetched otherwise, begun at `listedAt`: it holds all that the company made since
    /// the target's `reconcileFrom`.
    package func reconcile(
        _ target: String, list: [EffectReport], listedAt: Instant, by who: String
    ) async throws -> Reconciliation {
        var start = try await startReconciling(target)
        start.now = min(listedAt, start.now)
        var result = Reconciliation()
        result.tooEarlyUntil = tooEarly(start)
        if result.tooEarlyUntil != nil { return result }
        for first in stride(from: 0, to: list.count, by: Self.chunk) {
            try await hear(Array(list[first..<min(first + Self.chunk, list.count)]), of: target, by: who, &result)
        }
        return try await release(start, result)
    }

    private static let pagesMax = 100_000
    private static let chunk = 100

    private func startReconciling(_ target: String) async throws -> TargetStanding {
        _ = try self.target(target)
        try await register()
        guard let start = try await standings().first(where: { $0.name == target }) else {
            throw EffectError(.unknownTarget, "the database does not know \(target)", hint: "restart the daemon")
        }
        return start
    }

    private func tooEarly(_ start: TargetStanding) -> Instant? {
        guard let heldSince = start.heldSince, let target = targets[start.name] else { return nil }
        // A call that was begun before the hold may still be under way for so long, and then shows up so late.
        let proven = heldSince + target.callDuration + target.visibilityDelay
        return start.now < proven ? proven : nil
    }

    /// Each in a transaction of its own: one that what a system writes with a move refuses holds up no other.
    private func hear(
        _ reports: [EffectReport], of target: String, by who: String, _ result: inout Reconciliation
    ) async throws {
        for report in reports {
            result.reports += 1
            do {
                let observed = try await pool.transaction { transaction in
                    try await observe(report, of: target, cause: .reconcile, by: who, in: transaction)
                }
                result.count(observed)
            } catch {
                // A database that is away, and a task that is over, hear nothing of the rest either.
                if Task.isCancelled || error is CancellationError { throw error }
                if let error = error as? PostgresError, error.isTransient { throw error }
                guard result.failures.count < Reconciliation.failuresKept else { continue }
                result.failures.append("\(report.remoteID): \(error)")
            }
        }
    }

    /// Only if the hold and the history are still those that the list was made for.
    private func release(_ start: TargetStanding, _ result: Reconciliation) async throws -> Reconciliation {
        var result = result
        guard result.failures.isEmpty else { return result }
        let statement = ReleaseTarget(
            name: start.name, heldSince: start.heldSince, history: start.history, now: time?.now())
        result.isReleased = try await pool.first(statement) != nil
        if result.isReleased, start.heldSince != nil {
            logger?.event(
                .targetReleased,
                "intents go to \(start.name) again: \(result.reports) objects, \(result.strays) strays",
                metadata: ["target": "\(start.name)"])
        }
        return result
    }

    func logStray(_ report: EffectReport, of target: String) {
        logger?.event(
            .effectUnknown, "\(target) has \(report.remoteID), of which no intent here knows",
            metadata: ["target": "\(target)", "reference": "\(report.reference?.description ?? "")"])
    }
}

extension Reconciliation {
    fileprivate mutating func count(_ report: ObservedReport) {
        switch report {
        case .moved: moved += 1
        case .unmoved: break
        case .stray: strays += 1
        case .unreferenced: unreferenced += 1
        }
    }
}
