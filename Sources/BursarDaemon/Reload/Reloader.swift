import AdminAPI
import Audit
import Config
import Cron
import Events
import JobsPostgres
import Logging
import Postgres
import Primitives

/// Reads the configuration again when told to: by a signal, or by an operator who waits for the outcome. One reload at
/// a time, in the order in which they were asked for.
actor Reloader {
    private let parts: Parts
    private var loaded: LoadedConfiguration
    private var loadedAt: Instant
    private(set) var generation = 1
    private var waiting: [Order] = []
    private var isClosed = false
    private let arrival = Signal()

    /// More that wait are refused.
    private static let waitingMax = 64

    /// What a reload changes.
    struct Parts: Sendable {
        /// Parses and validates; throws `ConfigurationErrors`.
        let load: @Sendable () throws -> LoadedConfiguration
        /// What the command line says goes before the file.
        let effective: @Sendable (Configuration) -> Configuration
        let live: LiveSettings
        let registry: ScheduleRegistry
        let session: DaemonSession
        let fileDigest: ScheduleFileDigest
        let reporter: ServiceReporter
        let audit: AuditTrail
        let setLogLevel: @Sendable (Logger.Level) -> Void
        /// Called when the schedules may have changed.
        let onSchedules: @Sendable () -> Void
        /// Has other limits of kinds hold.
        let limit: @Sendable ([String: Configuration.KindLimit]) async throws -> Void
        let kinds: [String]
        let time: any TimeSource
        let logger: Logger
    }

    private struct Order: Sendable {
        let request: ReloadRequest
        let actor: Actor
        let channel: AuditEntry.Channel
        let answer: CheckedContinuation<ReloadAnswer, Never>
    }

    init(_ parts: Parts, loaded: LoadedConfiguration) {
        self.parts = parts
        self.loaded = loaded
        loadedAt = parts.time.now()
    }

    /// Serves the orders until cancelled; those that wait then are refused.
    func run() async {
        while !Task.isCancelled {
            while !waiting.isEmpty, !Task.isCancelled {
                let order = waiting.removeFirst()
                order.answer.resume(returning: await reload(order.request, by: order.actor, channel: order.channel))
            }
            await arrival.wait()
        }
        close()
    }

    /// Nothing is reloaded any more.
    func close() {
        isClosed = true
        for order in waiting { order.answer.resume(returning: notNow) }
        waiting = []
    }

    /// Asks for a reload and waits for its outcome.
    func order(_ request: ReloadRequest, by actor: Actor, channel: AuditEntry.Channel) async -> ReloadAnswer {
        await withCheckedContinuation { continuation in
            guard !isClosed, waiting.count < Self.waitingMax else {
                return continuation.resume(returning: notNow)
            }
            waiting.append(Order(request: request, actor: actor, channel: channel, answer: continuation))
            arrival.raise()
        }
    }

    private var notNow: ReloadAnswer {
        ReloadAnswer(
            outcome: .refused, generation: generation,
            errors: [
                ConfigurationComplaint(
                    file: "bursard", message: "no reload can be taken now",
                    hint: "the daemon is stopping, or too many reloads wait; ask again")
            ], tookMilliseconds: 0)
    }

    /// The configuration that holds.
    var configuration: ConfigurationAnswer {
        ConfigurationAnswer(
            generation: generation, loadedAt: loadedAt,
            rows: loaded.rows.map {
                ConfigurationAnswer.Row(path: $0.path, value: "\($0.value)", origin: "\($0.origin)")
            }, files: loaded.sources, kinds: parts.kinds)
    }
}

// MARK: One reload

extension Reloader {
    private func reload(_ request: ReloadRequest, by actor: Actor, channel: AuditEntry.Channel) async -> ReloadAnswer {
        let begun = ContinuousClock.now
        parts.reporter.reloading()
        defer { parts.reporter.reloaded() }
        var answer: ReloadAnswer
        var moved: [AdminAPI.ScheduleChange] = []
        do {
            moved = try await takeZones()
            let new = try parts.load()
            answer = try await take(new, request, by: actor, channel: channel)
        } catch let errors as ConfigurationErrors {
            answer = refusal(errors.errors.map(ConfigurationComplaint.init))
        } catch let mismatch as AuditKeyMismatch {
            answer = refusal([
                ConfigurationComplaint(
                    file: "audit", message: "what changes cannot be written down: \(mismatch)",
                    hint: "start again with the right key")
            ])
        } catch {
            answer = refusal([
                ConfigurationComplaint(
                    file: "database", message: "the schedules and limits could not be applied: \(error)",
                    hint: "`bursarctl status` shows when it answers again; then reload again")
            ])
        }
        answer.schedules += moved
        answer.tookMilliseconds = Double((ContinuousClock.now - begun).wholeMicroseconds) / 1_000
        return answer
    }

    /// Reads the zone files anew, whatever the configuration says; gives the schedules whose next tick that moved.
    private func takeZones() async throws -> [AdminAPI.ScheduleChange] {
        ZoneFiles.forget()
        parts.logger.event(
            .zoneFilesRead, "the zone files were read again", metadata: ["version": "\(ZoneFiles.version ?? "unknown")"]
        )
        let moved = try await parts.registry.reckon().map(AdminAPI.ScheduleChange.init)
        for change in moved { parts.logger.tell(of: change) }
        return moved
    }

    private func refusal(_ complaints: [ConfigurationComplaint]) -> ReloadAnswer {
        let first = complaints.first.map(\.description) ?? "unknown"
        parts.logger.event(
            .reloadRefused, "the configuration is wrong; the old one goes on: \(first)",
            metadata: [
                "errors": "\(complaints.count)", "generation": "\(generation)",
                "all": "\(complaints.prefix(20).map(\.description).joined(separator: "\n"))",
            ])
        parts.reporter.update { $0.refusal = first }
        return ReloadAnswer(outcome: .refused, generation: generation, errors: complaints, tookMilliseconds: 0)
    }

    /// Applies a configuration that is right: first what goes into the database, since that alone can fail.
    private func take(
        _ new: LoadedConfiguration, _ request: ReloadRequest, by actor: Actor, channel: AuditEntry.Channel
    ) async throws -> ReloadAnswer {
        let settings = WiredSettings(parts.effective(new.configuration))
        let differences = ConfigurationDifference.between(old: loaded, new: new)
        let changes = differences.map(ConfigurationChange.init)
        let old = parts.fileDigest.value
        let oldLimits = parts.live.value.limits
        let outcome: ScheduleFileOutcome
        do {
            if settings.limits != oldLimits { try await parts.limit(settings.limits) }
            outcome = try await apply(settings, request, changes: changes, by: actor, channel: channel)
        } catch {
            try? await parts.session.setFileDigest(old)
            if settings.limits != oldLimits { try? await parts.limit(oldLimits) }
            throw error
        }
        parts.live.set(settings)
        parts.setLogLevel(new.configuration.logging.level.level)
        loaded = new
        loadedAt = parts.time.now()
        var answer = ReloadAnswer(
            outcome: .unchanged, generation: generation, changes: changes,
            warnings: new.warnings.map(ConfigurationComplaint.init), tookMilliseconds: 0)
        switch outcome {
        case .applied(let schedules):
            answer.schedules = schedules.map(AdminAPI.ScheduleChange.init)
            if !changes.isEmpty || schedules.contains(where: \.isChange) { answer.outcome = .applied }
        case .disputed(let holder):
            answer.outcome = .disputed
            answer.holder = holder.text
        }
        // A dispute that goes on is no news: only settings that were taken make a new generation.
        if answer.outcome == .applied || (answer.outcome == .disputed && !changes.isEmpty) { generation += 1 }
        answer.generation = generation
        tell(answer)
        return answer
    }

    private func apply(
        _ settings: WiredSettings, _ request: ReloadRequest, changes: [ConfigurationChange], by actor: Actor,
        channel: AuditEntry.Channel
    ) async throws -> ScheduleFileOutcome {
        let digest = settings.scheduleDigest
        try await parts.session.setFileDigest(digest)
        let audit = parts.audit
        let outcome = try await parts.registry.apply(
            settings.schedules, digest: digest, by: actor.name, daemon: await parts.session.current,
            force: request.apply
        ) { transaction, schedules in
            guard !changes.isEmpty || schedules.contains(where: \.isChange) else { return }
            try await audit.record(
                AuditEntry(
                    actor: actor, channel: channel, action: "configuration.reload", subject: "configuration",
                    reason: request.reason, before: changes.text(\.old), after: changes.text(\.new), request: nil),
                in: transaction)
        }
        parts.fileDigest.set(digest)
        parts.onSchedules()
        return outcome
    }

    private func tell(_ answer: ReloadAnswer) {
        let waiting = answer.changes.filter { $0.effect == .restart }.map(\.path)
        let generation = generation
        parts.logger.event(
            .reloadSucceeded, "the configuration was read again: \(answer.outcome.rawValue)",
            metadata: [
                "generation": "\(generation)",
                "changes": "\(answer.changes.map(\.path).joined(separator: ", "))",
                "schedules": "\(answer.schedules.map { "\($0.name) \($0.change.rawValue)" }.joined(separator: ", "))",
            ])
        if !waiting.isEmpty {
            parts.logger.event(
                .reloadNeedsRestart, "these wait for a restart: \(waiting.joined(separator: ", "))",
                metadata: ["generation": "\(generation)"])
        }
        for schedule in answer.schedules { parts.logger.tell(of: schedule) }
        if let holder = answer.holder {
            parts.logger.event(.scheduleFileDisputed, "this daemon fires no schedule of its file: \(holder)")
        }
        parts.reporter.update { line in
            line.refusal = nil
            line.generation = generation
            line.dispute = answer.holder
        }
    }
}
