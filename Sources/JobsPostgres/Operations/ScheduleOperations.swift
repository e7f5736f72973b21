package import Audit
import Cron
package import Postgres
package import Primitives
package import Scheduling

/// What operators do to schedules while the daemon runs. Each verb is one transaction with its entry in the audit
/// trail, wakes every daemon, and changes nothing, entry included, when all is as wished already.
package struct ScheduleOperations: Sendable {
    private let pool: PostgresPool
    private let audit: AuditTrail
    private let time: (any TimeSource)?

    /// What became of a schedule that an operator wrote.
    package enum Written: Sendable, Hashable {
        case created, edited, unchanged
    }

    package init(pool: PostgresPool, audit: AuditTrail, time: (any TimeSource)? = nil) {
        self.pool = pool
        self.audit = audit
        self.time = time
    }

    /// Makes an operator's schedule, or edits it. One of the file is refused, and so is a kind that nobody runs.
    ///
    /// - Parameter keepsEnabled: an edit leaves it on or off as it is; a new one is as `schedule` says.
    package func put(_ schedule: Schedule, keepsEnabled: Bool, by order: OperatorOrder) async throws -> Written {
        try order.requireReason(where: schedule.money, for: "schedule \(schedule.name)")
        return try await pool.transaction { transaction in
            try await transaction.run(LockScheduleEdits())
            guard try await transaction.first(IsKindKnown(kind: schedule.kind)) == true else {
                throw OperationRefusal.invalid(
                    "body field kind", "no daemon that runs now knows jobs of kind \"\(schedule.kind)\"",
                    hint: "start a daemon whose build knows it first; `bursarctl status` shows the daemons")
            }
            return try await write(schedule, keepsEnabled: keepsEnabled, by: order, in: transaction)
        }
    }

    private func write(
        _ wish: Schedule, keepsEnabled: Bool, by order: OperatorOrder, in transaction: Transaction
    ) async throws -> Written {
        var schedule = wish
        schedule.payload = try await transaction.first(SpelledPayloads(payloads: [wish.payload])) ?? wish.payload
        let old = try await transaction.first(LockedRules(names: [schedule.name]))
        let now = try await transaction.run(StoreClock(now: time?.now()))[0]
        let before = try await transaction.first(ScheduleForEdit(name: schedule.name))
        if let old, let before, !old.isRemoved {
            try before.requireOperators()
            try order.requireReason(where: before.money, for: "schedule \(schedule.name)")
            if keepsEnabled { schedule.enabled = before.enabled }
            if old.changes(to: schedule).isEmpty { return .unchanged }
        }
        // What held or switched the one that had the name before is no business of this one.
        if let old, old.isRemoved { try await transaction.run(ForgetHolds(id: old.id, now: now)) }
        let place = old?.place(for: schedule, now: now) ?? SchedulePlace(of: schedule, at: now)
        try await transaction.run(
            UpsertSchedule(schedule: schedule, madeBy: order.actor.name, place: place, now: now))
        let passedOver = old?.passedOver(by: schedule, now: now) ?? []
        if let old, !passedOver.isEmpty {
            try await transaction.run(InsertPassedOver(schedule: old.id, ticks: passedOver, now: now))
        }
        if let old, old.gainsLine(by: schedule) { try await transaction.run(LineUpRuns(schedule: old.id)) }
        if let before, before.enabled != schedule.enabled {
            try await transaction.run(
                InsertToggle(
                    schedule: before.id, enabled: schedule.enabled, by: order.actor.name, reason: order.reason,
                    now: now))
        }
        try await settle(
            "schedule.\(before == nil ? "create" : "edit")", schedule.name, before: before?.snapshot, by: order,
            in: transaction)
        return before == nil ? .created : .edited
    }

    /// Takes out an operator's schedule. What it started goes on; its name is free again. Ticks that nobody decided yet
    /// have rows that say so.
    package func delete(_ name: String, by order: OperatorOrder) async throws {
        try await pool.transaction { transaction in
            try await transaction.run(LockScheduleEdits())
            let before = try await schedule(name, in: transaction)
            try before.requireOperators()
            try order.requireReason(where: before.money, for: "schedule \(name)")
            let now = try await transaction.run(StoreClock(now: time?.now()))[0]
            if let rule = try await transaction.first(LockedRules(names: [name])) {
                let ticks = rule.passedOver(now: now)
                if !ticks.isEmpty {
                    try await transaction.run(InsertPassedOver(schedule: rule.id, ticks: ticks, now: now))
                }
            }
            try await transaction.run(DeleteSchedule(id: before.id, now: now))
            try await settle("schedule.delete", name, before: before.snapshot, by: order, in: transaction)
        }
    }

    /// Switches a schedule on or off: off, its ticks are decided as `disabled`. False when it was so already.
    package func setEnabled(_ enabled: Bool, of name: String, by order: OperatorOrder) async throws -> Bool {
        try await change(enabled ? "schedule.enable" : "schedule.disable", name, by: order) { before, transaction in
            guard before.enabled != enabled else { return false }
            let now = try await transaction.run(StoreClock(now: time?.now()))[0]
            try await transaction.run(
                InsertToggle(
                    schedule: before.id, enabled: enabled, by: order.actor.name, reason: order.reason, now: now))
            try await transaction.run(SwitchSchedule(id: before.id, enabled: enabled, now: now))
            return true
        }
    }

    /// Holds a schedule: its ticks wait, undecided. False when it was held already, by whomever.
    package func pause(_ name: String, by order: OperatorOrder) async throws -> Bool {
        try await change("schedule.pause", name, by: order) { before, transaction in
            guard !before.isPaused else { return false }
            try await transaction.run(
                PauseSchedule(
                    id: before.id, by: order.actor.name, reason: order.reason ?? "no reason given", now: time?.now()))
            return true
        }
    }

    /// Lets go of a schedule: what it missed meanwhile is decided by its `catch_up`. False when nothing held it.
    package func resume(_ name: String, by order: OperatorOrder) async throws -> Bool {
        try await change("schedule.resume", name, by: order) { before, transaction in
            guard before.isPaused else { return false }
            try await transaction.run(ResumeSchedule(id: before.id, now: time?.now()))
            return true
        }
    }

    /// Says that the clock is right as it is: what its jump held goes on. False when nothing was held.
    package func confirmClock(by order: OperatorOrder) async throws -> Bool {
        guard let reason = order.reason else {
            throw OperationRefusal.invalid(
                "body field reason", "what moves money goes on by this clock, and its history must say why",
                hint: "give a reason (`--reason TEXT`)")
        }
        return try await pool.transaction { transaction in
            let ended = try await transaction.first(
                EndClockHold(id: nil, by: order.actor.name, reason: reason, now: time?.now()))
            guard let ended else { return false }
            try await audit.record(
                order.entry("clock.confirm", "clock hold \(ended)", before: nil, after: nil), in: transaction)
            return true
        }
    }

    private func change(
        _ action: String, _ name: String, by order: OperatorOrder,
        _ body: @Sendable (ScheduleForEdit.Output, Transaction) async throws -> Bool
    ) async throws -> Bool {
        try await pool.transaction { transaction in
            try await transaction.run(LockScheduleEdits())
            let before = try await schedule(name, in: transaction)
            try order.requireReason(where: before.money, for: "schedule \(name)")
            guard try await body(before, transaction) else { return false }
            try await settle(action, name, before: before.snapshot, by: order, in: transaction)
            return true
        }
    }

    private func schedule(_ name: String, in transaction: Transaction) async throws -> EditedSchedule {
        guard let found = try await transaction.first(ScheduleForEdit(name: name)) else {
            throw OperationRefusal.noSchedule(name)
        }
        return found
    }

    /// Writes down what was done, and tells every daemon.
    private func settle(
        _ action: String, _ name: String, before: String?, by order: OperatorOrder, in transaction: Transaction
    ) async throws {
        let after = try await transaction.first(ScheduleForEdit(name: name))?.snapshot
        try await audit.record(order.entry(action, "schedule \(name)", before: before, after: after), in: transaction)
        try await transaction.run(TellOfSchedules())
    }
}

extension EditedSchedule {
    /// Refuses what only the configuration file may do.
    func requireOperators() throws(OperationRefusal) {
        if origin == "file" {
            throw .conflict(
                "schedule \(name) is made by the configuration file", place: OperationRefusal.filePlace,
                hint: "edit it there and run `bursarctl reload`; enable, disable, pause and resume work here too")
        }
    }
}

extension OperationRefusal {
    /// Stands for the configuration files, whose names the daemon knows.
    package static let filePlace = "the configuration file"
}
