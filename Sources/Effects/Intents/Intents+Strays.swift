package import Postgres
import Primitives

/// What became of a report.
package enum ObservedReport: Sendable, Hashable {
    /// The intent took a step.
    case moved(IntentChange)
    /// Older or repeated, or it contradicts what is known: the intent stands as it did.
    case unmoved(Intent)
    /// No intent here knows it: kept as a finding, and taken over by the intent that mints its key again.
    case stray
    /// It has no reference of ours, and no intent has it: kept as a finding.
    case unreferenced
}

extension Intents {
    /// Hears what a company says of one of its objects: from a webhook or a poll, in the transaction that marks that as
    /// dealt with.
    @discardableResult
    package func observe(
        _ report: EffectReport, of target: String, by who: String, in transaction: Transaction
    ) async throws -> ObservedReport {
        try await observe(report, of: target, cause: .report, by: who, in: transaction)
    }

    func observe(
        _ report: EffectReport, of target: String, cause: EffectEvent.Cause, by who: String, in transaction: Transaction
    ) async throws -> ObservedReport {
        _ = try self.target(target)
        let statement = IntentsOfReport(
            target: target, reference: report.reference,
            remoteID: EffectName.kept(report.remoteID, max: EffectName.remoteMax))
        let ids = try await transaction.run(statement)
        // A name that several intents share says which of them is meant only by our reference.
        guard ids.count == 1 else { return try await keep(report, of: target, in: transaction) }
        var held = try await hold(ids[0], in: transaction)
        let verdict = held.machine.report(report, at: held.now)
        let change = try await write(verdict, of: &held, cause, report: report, by: who, in: transaction)
        return change.map { .moved($0) } ?? .unmoved(held.intent)
    }

    private func keep(
        _ report: EffectReport, of target: String, in transaction: Transaction
    ) async throws -> ObservedReport {
        let finding = InsertFinding(
            target: target, code: report.reference == nil ? .unreferenced : .stray,
            reference: report.reference?.description ?? "", remoteID: report.remoteID, status: report.status,
            detail: "made at \(report.madeAt.rfc3339); no intent here knows it", now: time?.now())
        if try await transaction.first(finding) != nil, report.reference != nil { logStray(report, of: target) }
        return report.reference == nil ? .unreferenced : .stray
    }

    /// Before anything is sent: does the company have this intent, or a later decision of the same obligation, from a
    /// history that this database has lost?
    func takeOverStray(
        _ held: inout Held, by who: String, in transaction: Transaction
    ) async throws -> IntentChange? {
        let intent = held.intent
        guard ![.refused, .done, .reversed].contains(intent.state) else { return nil }
        let revisions = (intent.revision...IntentPlan.revisionMax).map { ($0, intent.key(ofRevision: $0)) }
        let strays = try await transaction.run(
            StraysOfKeys(target: intent.target, references: revisions.map { $1.description }))
        if let own = strays.first(where: { $0.reference == intent.key.description }) {
            let report = own.report(intent.key)
            let verdict = held.machine.report(report, at: held.now)
            let change = try await write(verdict, of: &held, .reconcile, report: report, by: who, in: transaction)
            try await transaction.run(
                SettleFinding(id: own.id, by: "intent \(intent.id) took it over", now: held.now))
            return change
        }
        for (revision, key) in revisions {
            guard let stray = strays.first(where: { $0.reference == key.description }) else { continue }
            let reason = "the company has revision \(revision) of it as \(stray.remoteID), which this database has lost"
            // Sending this one again could do it a second time: a refusal that was lost is not said again for ever.
            guard [.planned, .unknown].contains(intent.state), let detail = held.machine.park(reason: reason) else {
                return nil
            }
            return try await write(&held, .park, detail, by: who, in: transaction)
        }
        return nil
    }
}

extension Intent {
    fileprivate func key(ofRevision revision: Int) -> IdempotencyKey {
        .ofIntent(target: target, operation: operation, businessKey: businessKey, revision: revision)
    }
}
