package import Audit
package import Postgres
package import Primitives

/// What operators do to the queue of a kind. Each verb is one transaction with its entry in the audit trail, and
/// changes nothing, entry included, when all is as wished already.
package struct QueueOperations: Sendable {
    private let pool: PostgresPool
    private let audit: AuditTrail
    private let moneyKinds: Set<String>
    private let time: (any TimeSource)?

    /// - Parameter moneyKinds: those that this build knows to be backed by money; what the rows say of others is heeded
    ///   too.
    package init(
        pool: PostgresPool, audit: AuditTrail, moneyKinds: Set<String> = [], time: (any TimeSource)? = nil
    ) {
        self.pool = pool
        self.audit = audit
        self.moneyKinds = moneyKinds
        self.time = time
    }

    /// Holds a kind: from the commit on no daemon starts a job of it; what runs goes on. False when it was held
    /// already, by whomever.
    package func pause(_ kind: String, by order: OperatorOrder) async throws -> Bool {
        try await change("queue.pause", kind, by: order) { before, transaction in
            guard !before.isPaused else { return false }
            try await transaction.run(
                PauseKind(
                    name: kind, by: order.actor.name, reason: order.reason ?? "no reason given", now: time?.now()))
            return true
        }
    }

    /// Lets a kind go: its due jobs start at once. False when nothing held it.
    package func resume(_ kind: String, by order: OperatorOrder) async throws -> Bool {
        try await change("queue.resume", kind, by: order) { before, transaction in
            guard before.isPaused else { return false }
            try await transaction.run(ResumeKind(name: kind))
            return true
        }
    }

    private func change(
        _ action: String, _ kind: String, by order: OperatorOrder,
        _ body: @Sendable (EditedKind, Transaction) async throws -> Bool
    ) async throws -> Bool {
        try await pool.transaction { transaction in
            let before = try await locked(kind, in: transaction)
            var isMoney = moneyKinds.contains(kind)
            if !isMoney { isMoney = try await transaction.first(IsKindMoney(name: kind)) ?? false }
            try order.requireReason(where: isMoney, for: "the kind \(kind)")
            guard try await body(before, transaction) else { return false }
            let after = try await transaction.first(KindForEdit(name: kind))?.snapshot
            try await audit.record(
                order.entry(action, "queue \(kind)", before: before.snapshot, after: after), in: transaction)
            return true
        }
    }

    private func locked(_ kind: String, in transaction: Transaction) async throws -> EditedKind {
        if let found = try await transaction.first(KindForEdit(name: kind)) { return found }
        try await transaction.run(AdoptKind(name: kind))
        guard let adopted = try await transaction.first(KindForEdit(name: kind)) else {
            throw OperationRefusal.noKind(kind)
        }
        return adopted
    }
}

extension OperationRefusal {
    static func noKind(_ name: String) -> OperationRefusal {
        .notFound(
            "no daemon declared a kind \"\(name.prefix(120))\", and no job ever had it",
            hint: "`bursarctl queues` shows the kinds")
    }
}
