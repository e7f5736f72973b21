import Cron
package import Postgres
package import Primitives
package import Scheduling

/// Brings the database's schedules to what the file says, without touching what is not its business: the cursors of
/// unchanged rules, holds that a person or a failure put there, operators' switches and operators' own schedules.
package struct ScheduleRegistry: Sendable {
    let pool: PostgresPool
    private let time: (any TimeSource)?

    package init(pool: PostgresPool, time: (any TimeSource)? = nil) {
        self.pool = pool
        self.time = time
    }

    /// Adds new schedules (they begin now), edits changed ones (an edited expression or zone never reaches back behind
    /// the edit), and takes out those that the file no longer names. One transaction; daemons take turns.
    ///
    /// - Parameters:
    ///   - digest: of the file's schedules; nil neither records nor disputes anything.
    ///   - by: who has it applied.
    ///   - daemon: whose file it is; that one never disputes with itself. Its session knows the digest already.
    ///   - force: apply it even though another daemon that lives stands by another file.
    ///   - alongside: runs in the same transaction once all is applied, again whenever that is.
    @discardableResult
    package func apply(
        _ schedules: [Schedule], digest: String? = nil, by: String = "bursard", daemon: DaemonID? = nil,
        force: Bool = false, alongside: @Sendable (Transaction, [ScheduleChange]) async throws -> Void = { _, _ in }
    ) async throws -> ScheduleFileOutcome {
        try await pool.transaction { transaction in
            try await transaction.run(LockScheduleEdits())
            if let digest, !force,
                let holder = try await transaction.first(OtherFileHolder(digest: digest, daemon: daemon))
            {
                return .disputed(holder)
            }
            let now = try await transaction.run(StoreClock(now: time?.now()))[0]
            let changes = try await write(schedules, now: now, in: transaction)
            if let digest {
                try await transaction.run(RecordScheduleFile(digest: digest, by: by, daemon: daemon, now: now))
            }
            try await alongside(transaction, changes)
            try await transaction.run(TellOfSchedules())
            return .applied(changes)
        }
    }

    private func write(
        _ schedules: [Schedule], now: Instant, in transaction: Transaction
    ) async throws -> [ScheduleChange] {
        let stored = try await transaction.run(
            StoredRules(names: schedules.map(\.name), payloads: schedules.map(\.payload), isWhole: true))
        let byName = Dictionary(uniqueKeysWithValues: stored.map { ($0.name, $0) })
        var changes: [ScheduleChange] = []
        for schedule in schedules {
            let old = byName[schedule.name]
            if let old, let owner = old.operatorName, !old.isRemoved {
                changes.append(
                    ScheduleChange(name: schedule.name, what: .nameTaken(by: owner, since: old.updatedAt)))
                continue
            }
            var schedule = schedule
            if let toggle = old?.toggle, toggle.enabled != schedule.enabled {
                changes.append(
                    ScheduleChange(name: schedule.name, what: .keptToggle(toggle, fileSays: schedule.enabled)))
                schedule.enabled = toggle.enabled
            }
            let place = old?.place(for: schedule, now: now) ?? SchedulePlace(of: schedule, at: now)
            try await transaction.run(UpsertSchedule(schedule: schedule, madeBy: nil, place: place, now: now))
            guard let old, !old.isRemoved else {
                changes.append(ScheduleChange(name: schedule.name, what: .added))
                continue
            }
            let edits = old.changes(to: schedule)
            if !edits.isEmpty { changes.append(ScheduleChange(name: schedule.name, what: .changed(edits))) }
            let passedOver = old.passedOver(by: schedule, now: now)
            guard let first = passedOver.first else { continue }
            try await transaction.run(InsertPassedOver(schedule: old.id, ticks: passedOver, now: now))
            changes.append(
                ScheduleChange(
                    name: schedule.name, what: .passedOver(ticks: Tick.count(of: passedOver), first: first.instant)))
        }
        let removed = try await transaction.run(RemoveSchedules(except: schedules.map(\.name), now: now))
        changes += removed.map { ScheduleChange(name: $0, what: .removed) }
        return changes.sorted { $0.name < $1.name }
    }
}
