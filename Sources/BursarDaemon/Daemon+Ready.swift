import AdminAPI
import AdminHTTP
import Audit
import Config
import Cron
import Events
import Investments
import JobsPostgres
import Logging
import Postgres
import Primitives
import Scheduling

extension Daemon {
    /// Meets the conditions that are left, one after the other, and then says that the daemon is ready.
    func getReady(
        _ configuration: Configuration, database: OpenedDatabase, engine: Engine, admin: AdminServer,
        live: LiveSettings, audit: AuditTrail
    ) async throws {
        try await engine.beginLife(supervision)
        await checkAuditKey(audit, engine)
        try await persisting { try await writeDown(database.migrated, audit, engine) }
        let schedules = try await persisting { try await applySchedules(engine, live: live, audit: audit) }
        supervision.meet(.schedules)
        let loadedDemo = options.demo ? try await loadDemo(engine) : false
        try await admin.bound()
        supervision.meet(.socket)
        precondition(supervision.board.isReady, "every condition was met on the way here")
        supervision.reporter.update { $0.generation = 1 }
        supervision.reporter.ready()
        process.logger.event(
            .ready, "ready", metadata: ["socket": "\(configuration.admin.socket)", "generation": "1"])
        onReady(
            ReadyReport(
                socket: configuration.admin.socket, isEmbedded: configuration.database.isEmbedded,
                schedules: schedules, loadedDemo: loadedDemo))
    }

    /// Jobs run with any key; what would be written down is refused with the wrong one.
    private func checkAuditKey(_ audit: AuditTrail, _ engine: Engine) async {
        do {
            try await audit.requireKey(on: engine.pool)
        } catch let mismatch as AuditKeyMismatch {
            process.logger.event(.auditKeyMismatch, "\(mismatch)")
        } catch {
            // A database that fails now fails what comes next, which says so.
        }
    }

    /// Goes on trying while the database comes and goes: a daemon that starts waits for it.
    private func persisting<T>(_ step: () async throws -> T) async throws -> T {
        while true {
            do {
                return try await step()
            } catch let error as PostgresError where error.isUnavailability || error.isTransient {
                supervision.withhold(.schedules, "the database does not answer: \(error)", logger: process.logger)
            }
            try await ContinuousClock().sleep(for: Self.pauseBeforeAnotherTry)
        }
    }

    private static let pauseBeforeAnotherTry = Duration.seconds(1)

    /// The embedded database is migrated before there is an audit to write to.
    private func writeDown(_ migrated: [Migration], _ audit: AuditTrail, _ engine: Engine) async throws {
        guard !migrated.isEmpty else { return }
        let names = Self.json(migrated.map { "\($0.version) \($0.name)" })
        do {
            try await engine.pool.transaction { transaction in
                _ = try await audit.record(
                    AuditEntry(
                        actor: .daemon, channel: .daemon, action: "database.migrate", subject: "schema",
                        reason: "the daemon started", after: names),
                    in: transaction)
            }
        } catch is AuditKeyMismatch {
            // Said already, and no reason to stand still.
        }
    }

    /// Brings the schedules to what this daemon's file says, unless another daemon that lives stands by another file,
    /// or what would change cannot be written down.
    private func applySchedules(_ engine: Engine, live: LiveSettings, audit: AuditTrail) async throws -> Int {
        let settings = live.value
        process.logger.event(
            .zoneFilesRead, "the zone files were read", metadata: ["version": "\(ZoneFiles.version ?? "unknown")"])
        tell(try await engine.registry.reckon())
        let digest = settings.scheduleDigest
        try await engine.session.setFileDigest(digest)
        var outcome: ScheduleFileOutcome?
        do {
            outcome = try await apply(settings.schedules, digest, engine, audit)
        } catch is AuditKeyMismatch {
            supervision.reporter.update { $0.dispute = "it cannot be written into the audit, which has another key" }
        }
        engine.fileDigest.set(digest)
        engine.scheduler.reconsider()
        switch outcome {
        case nil: break
        case .applied(let changes):
            if changes.contains(where: \.isChange) {
                process.logger.event(.scheduleFileApplied, "the schedules of this daemon's file hold now")
            }
            tell(changes)
        case .disputed(let holder):
            process.logger.event(
                .scheduleFileDisputed, "this daemon fires no schedule of its file: \(holder.text)")
            supervision.reporter.update { $0.dispute = holder.text }
        }
        return settings.schedules.count
    }

    private func apply(
        _ schedules: [Schedule], _ digest: String, _ engine: Engine, _ audit: AuditTrail
    ) async throws -> ScheduleFileOutcome {
        try await engine.registry.apply(
            schedules, digest: digest, by: "the start of bursard", daemon: await engine.session.current
        ) { transaction, changes in
            let changed = changes.filter(\.isChange)
            guard !changed.isEmpty else { return }
            try await audit.record(
                AuditEntry(
                    actor: .daemon, channel: .daemon, action: "schedules.file-applied", subject: "schedules",
                    reason: "the daemon started", after: Self.json(changed.map(\.name))),
                in: transaction)
        }
    }

    private static func json(_ names: [String]) -> String? {
        (try? WireJSON.encode(names)).map { String(decoding: $0, as: UTF8.self) }
    }

    private func tell(_ changes: [JobsPostgres.ScheduleChange]) {
        for change in changes {
            let shown = AdminAPI.ScheduleChange(change)
            switch change.what {
            case .nameTaken, .passedOver, .moved: process.logger.tell(of: shown)
            case .added, .changed, .removed, .keptToggle:
                process.logger.info(
                    "schedule \(change.name) \(shown.change.rawValue): \(shown.detail)",
                    metadata: ["schedule": "\(change.name)"])
            }
        }
    }

    /// Loads the school into an empty database and values it at once, as an operator would.
    private func loadDemo(_ engine: Engine) async throws -> Bool {
        guard try await DemoSchool.load(into: engine.pool) else { return false }
        process.logger.notice("loaded the demo school")
        _ = try await engine.pool.enqueue(
            NewJob(
                kind: ValueInvestments.kind, payload: #"{"mode":"full"}"#,
                run: NewRun(execution: .make(at: time.now()), trigger: .manual, source: "demo")))
        return true
    }
}
