import AdminAPI
import AdminHTTP
import Audit
import Config
import Events
import Investments
import JobsPostgres
import Logging
import Primitives
import Scheduling

extension Daemon {
    /// Meets the conditions that are left, one after the other, and then says that the daemon is ready.
    func getReady(
        _ configuration: Configuration, engine: Engine, admin: AdminServer, live: LiveSettings, audit: AuditTrail
    ) async throws {
        try await engine.beginLife(supervision)
        await checkAuditKey(audit, engine)
        let schedules = try await applySchedules(engine, live: live, audit: audit)
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
        } catch {
            process.logger.event(.auditKeyMismatch, "\(error)")
        }
    }

    /// Brings the schedules to what this daemon's file says, unless another daemon that lives stands by another file.
    private func applySchedules(_ engine: Engine, live: LiveSettings, audit: AuditTrail) async throws -> Int {
        let settings = live.value
        let digest = settings.scheduleDigest
        try await engine.session.setFileDigest(digest)
        let outcome = try await engine.registry.apply(
            settings.schedules, digest: digest, by: "the start of bursard", daemon: await engine.session.current
        ) { transaction, changes in
            let changed = changes.filter(\.isChange)
            guard !changed.isEmpty else { return }
            try await audit.record(
                AuditEntry(
                    actor: .daemon, channel: .daemon, action: "schedules.file-applied", subject: "schedules",
                    reason: "the daemon started", before: nil, after: Self.json(changed.map(\.name)), request: nil),
                in: transaction)
        }
        engine.fileDigest.set(digest)
        engine.scheduler.reconsider()
        switch outcome {
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

    private static func json(_ names: [String]) -> String? {
        (try? WireJSON.encode(names)).map { String(decoding: $0, as: UTF8.self) }
    }

    private func tell(_ changes: [JobsPostgres.ScheduleChange]) {
        for change in changes {
            let shown = AdminAPI.ScheduleChange(change)
            switch change.what {
            case .nameTaken:
                process.logger.event(.scheduleNameTaken, "\(shown.detail)", metadata: ["schedule": "\(change.name)"])
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
