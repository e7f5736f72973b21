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
        let (stored, payloads) = try await transaction.pipeline(
            StoredRules(), SpelledPayloads(payloads: schedules.map(\.payload)))
        let byName = Dictionary(uniqueKeysWithValues: stored.map { ($0.name, $0) })
        var changes: [ScheduleChange] = []
        var wishes: [Schedule] = []
        for (schedule, payload) in zip(schedules, payloads) {
            let old = byName[schedule.name]
            if let old, let owner = old.operatorName, !old.isRemoved {
                changes.append(
                    ScheduleChange(name: schedule.name, what: .nameTaken(by: owner, since: old.updatedAt)))
                continue
            }
            var schedule = schedule
            schedule.payload = payload
            if let toggle = old?.toggle, toggle.enabled != schedule.enabled {
                changes.append(
                    ScheduleChange(name: schedule.name, what: .keptToggle(toggle, fileSays: schedule.enabled)))
                schedule.enabled = toggle.enabled
            }
            if old?.isAll(of: schedule) != true { wishes.append(schedule) }
        }
        let named = Set(schedules.map(\.name))
        let gone = stored.filter { $0.isOfFile && !named.contains($0.name) }
        var edits = ScheduleFileEdits(now: now)
        if !wishes.isEmpty || !gone.isEmpty {
            let names = wishes.map(\.name) + gone.map(\.name)
            let locked = try await transaction.run(LockedRules(names: names))
            let places = Dictionary(uniqueKeysWithValues: locked.map { ($0.name, $0) })
            for schedule in wishes { edits.write(schedule, over: places[schedule.name]) }
            for rule in gone { edits.remove(places[rule.name] ?? rule) }
            try await edits.perform(in: transaction)
        }
        return (changes + edits.changes).sorted { $0.name < $1.name }
    }
}
