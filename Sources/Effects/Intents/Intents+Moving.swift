import Events
import Logging
import Postgres
import Primitives

// Writing down what the machine says.
extension Intents {
    /// An intent on which a transaction works: its row is held.
    struct Held {
        var locked: LockIntent.Locked
        var machine: IntentMachine

        var intent: Intent { locked.intent }
        var now: Instant { locked.now }
    }

    /// The intent, its row held until the transaction ends.
    func hold(_ id: Int64, in transaction: Transaction) async throws -> Held {
        guard let locked = try await transaction.first(LockIntent(id: id, now: time?.now())) else {
            throw EffectError(.notFound, "there is no intent \(id)", hint: "look for it by its business key")
        }
        return Held(locked: locked, machine: try machine(of: locked.intent))
    }

    /// Writes what the machine has become, with the history's row, and lets the system write its part.
    @discardableResult
    func write(
        _ held: inout Held, _ cause: EffectEvent.Cause, _ detail: String?, by who: String,
        in transaction: Transaction
    ) async throws -> IntentChange {
        let from = held.intent.standing
        var intent = held.intent
        intent.standing = held.machine.standing
        let event = detail.map { EffectEvent(at: held.now, who: who, cause: cause, detail: $0) }
        guard try await transaction.first(MoveIntent(intent: intent, from: from, event: event)) != nil else {
            throw PostgresError(
                .serializationFailure, "intent \(intent.id) moved while its row was held",
                hint: "only a trigger or a rule that is not ours can do that")
        }
        intent.standing.changes += 1
        held.machine.standing = intent.standing
        held.locked.intent = intent
        let change = IntentChange(intent: intent, from: from.state)
        if change.from != intent.state { try await onChange(change, transaction) }
        return change
    }

    /// Writes a verdict down; the change if there was one.
    @discardableResult
    func write(
        _ verdict: IntentVerdict, of held: inout Held, _ cause: EffectEvent.Cause, report: EffectReport?,
        by who: String,
        in transaction: Transaction
    ) async throws -> IntentChange? {
        switch verdict {
        case .unchanged: return nil
        case .postponed: return try await write(&held, cause, nil, by: who, in: transaction)
        case .changed(let detail): return try await write(&held, cause, detail, by: who, in: transaction)
        case .noted(let detail):
            let event = EffectEvent(at: held.now, who: who, cause: .lateAnswer, detail: detail)
            try await transaction.run(TellOfIntent(intent: held.intent, event: event))
        case .contradicted(let detail):
            let finding = InsertFinding(
                target: held.intent.target, code: .contradiction, reference: held.intent.key.description,
                remoteID: report?.remoteID ?? "", status: report?.status, detail: detail, now: held.now)
            guard try await transaction.first(finding) != nil else { return nil }
            let event = EffectEvent(at: held.now, who: who, cause: cause, detail: detail)
            try await transaction.run(TellOfIntent(intent: held.intent, event: event))
            logContradiction(held.intent, detail)
        }
        return nil
    }
}

// MARK: Telling

extension Intents {
    func logIfParked(_ change: IntentChange?) {
        guard let change, change.from != .parked, let reason = change.intent.standing.parkReason else { return }
        let intent = change.intent
        logger?.event(
            .intentParked, "intent \(intent.id) (\(intent.businessKey)) waits for a person: \(reason)",
            metadata: Self.metadata(intent))
    }

    private func logContradiction(_ intent: Intent, _ detail: String) {
        logger?.event(
            .intentContradicted, "intent \(intent.id) (\(intent.businessKey)): \(detail)",
            metadata: Self.metadata(intent))
    }

    func logHold(_ target: String, _ why: String) {
        logger?.event(.targetHeld, "nothing is submitted to \(target): \(why)", metadata: ["target": "\(target)"])
    }

    private static func metadata(_ intent: Intent) -> Logger.Metadata {
        ["intent": "\(intent.id)", "target": "\(intent.target)", "business_key": "\(intent.businessKey)"]
    }
}
