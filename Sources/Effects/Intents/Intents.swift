import Events
package import Logging
package import Postgres
package import Primitives

/// The intents of a database: each verb reads a row, asks the `IntentMachine`, and writes what that says.
///
/// Any number of these may work on one intent at once: the row is held while it is decided about, an answer counts only
/// for the attempt that asked, and every attempt sends the same bytes under the same key.
package struct Intents: Sendable {
    let pool: PostgresPool
    let targets: [String: EffectTarget]
    /// Nil: the database's own clock.
    let time: (any TimeSource)?
    let logger: Logger?
    let onChange: @Sendable (IntentChange, Transaction) async throws -> Void
    /// Elapsed time, which a wall clock that is set does not touch.
    let uptime: @Sendable () -> ContinuousClock.Instant
    /// Uniform in 0..<1, for the pauses.
    let chance: @Sendable () -> Double

    /// - Parameter onChange: what a system writes when an intent moves, in the transaction of the move itself, whoever
    ///   heard of it: a posting, a job, a message. What it throws undoes the move.
    package init(
        pool: PostgresPool, targets: [EffectTarget], time: (any TimeSource)? = nil, logger: Logger? = nil,
        uptime: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        chance: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        onChange: @escaping @Sendable (IntentChange, Transaction) async throws -> Void = { _, _ in }
    ) {
        self.pool = pool
        self.targets = Dictionary(targets.map { ($0.name, $0) }) { _, last in last }
        self.time = time
        self.logger = logger
        self.uptime = uptime
        self.chance = chance
        self.onChange = onChange
    }

    /// Writes a decision down, in the transaction of what it was decided in. Nothing is sent before that commits.
    ///
    /// The same decision again returns the intent that is there, however far it is. Throws `EffectError` when the
    /// business key stands for something else, or when a further revision comes before a definite refusal.
    @discardableResult
    package func plan(_ plan: IntentPlan, by who: String, in transaction: Transaction) async throws -> Intent {
        _ = try target(plan.target)
        let digest = ContentDigest.bytes(of: plan.request)
        let made = try await transaction.first(
            InsertIntent(plan: plan, digest: digest, who: EffectEvent.name(of: who), now: time?.now()))
        let revisions = try await transaction.run(IntentsOfBusinessKey(businessKey: plan.businessKey))
        if let made, let intent = revisions.first(where: { $0.id == made }) { return intent }
        return try plan.standing(among: revisions, digest: digest)
    }

    func target(_ name: String) throws(EffectError) -> EffectTarget {
        guard let target = targets[name] else {
            throw EffectError(
                .unknownTarget, "no target is called \(name)",
                hint: "known are: \(targets.keys.sorted().joined(separator: ", "))")
        }
        return target
    }

    func machine(of intent: Intent) throws(EffectError) -> IntentMachine {
        IntentMachine(target: try target(intent.target), standing: intent.standing)
    }
}

extension IntentPlan {
    /// The intent that is there for this very decision, or why it cannot be made.
    func standing(among revisions: [Intent], digest: [UInt8]) throws(EffectError) -> Intent {
        guard let newest = revisions.first else {
            throw EffectError(
                .revisionNotAllowed, "\(businessKey) has no revision before \(revision)",
                hint: "begin with revision 1; another one follows a definite refusal")
        }
        guard newest.target == target, newest.operation == operation else {
            throw EffectError(
                .otherContent, "\(businessKey) is \(newest.operation) at \(newest.target) already",
                hint: "one business key is one obligation: name another one after what it is for")
        }
        if let same = revisions.first(where: { $0.revision == revision }) {
            guard same.digest == digest else {
                throw EffectError(
                    .otherContent, "revision \(revision) of \(businessKey) was decided with other bytes",
                    hint: "what was decided never changes; make the bytes from stored facts alone")
            }
            return same
        }
        throw EffectError(
            .revisionNotAllowed,
            "revision \(revision) of \(businessKey) cannot follow revision \(newest.revision), "
                + newest.state.rawValue,
            hint: "revision \(newest.revision + 1) follows once the company has definitely refused the one before")
    }
}
