import AdminAPI
import AdminHTTP
import Audit
import Config
import Events
import Glibc
import Investments
import Jobs
import JobsPostgres
import Logging
import Postgres
import Primitives
import Scheduling
import ServiceLifecycle
import Systemd

/// The daemon: from its configuration to its services, and back down.
package struct Daemon: Service {
    let options: DaemonOptions
    let process: DaemonProcess
    let supervision: Supervision
    let time = SystemTime()
    let onReady: @Sendable (ReadyReport) -> Void

    private static let demoDrain = Duration.seconds(5)

    /// - Parameter onReady: called once, when everything that a caller could want of the daemon is there.
    package init(
        options: DaemonOptions, process: DaemonProcess, onReady: @escaping @Sendable (ReadyReport) -> Void
    ) {
        self.options = options
        self.process = process
        supervision = Supervision(process)
        self.onReady = onReady
    }

    /// Runs until the group is told to shut down. Throws `DaemonFailure` when it cannot.
    package func run() async throws {
        try await supervision.around { try await live() }
        process.logger.event(.stoppedInOrder, "stopped in order")
        process.flushLog()
    }

    private func live() async throws {
        let drill = try Drill(environment: process.environment)
        let start = try StartFiles(process: process, load: loadConfiguration)
        supervision.meet(.configuration)
        supervision.meet(.credentials)
        let configuration = effective(start.loaded.configuration)
        process.setLogLevel(configuration.logging.level.level)
        let opening = DatabaseOpening(
            configuration: configuration, password: start.password, supervision: supervision, logger: process.logger)
        guard let database = try await untilShutdown({ try await opening.open() }) else { return }
        do {
            try await serve(configuration, start: start, database: database, drill: drill)
        } catch {
            await database.close(process.logger)
            throw error
        }
        await database.close(process.logger)
    }

    @Sendable private func loadConfiguration() throws(ConfigurationErrors) -> LoadedConfiguration {
        try ConfigurationLoader(
            environment: process.environment, knownKinds: JobCatalog.kinds, batchedKinds: JobCatalog.batchedKinds
        ).load(path: options.configPath)
    }

    /// What the command line says goes before the file.
    @Sendable private func effective(_ configuration: Configuration) -> Configuration {
        var configuration = configuration
        if let directory = options.stateDirectory {
            configuration.stateDirectory = directory
            configuration.admin.socket = directory + "/bursar.sock"
        }
        if let socket = options.socketPath { configuration.admin.socket = socket }
        if options.demo { configuration.engine.drain = min(configuration.engine.drain, Self.demoDrain) }
        return configuration
    }

    /// The value, or nil when a graceful shutdown came first.
    private func untilShutdown<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T? {
        do {
            return try await withGracefulShutdownHandler {
                try await cancelWhenGracefulShutdown(body)
            } onGracefulShutdown: {
                supervision.reporter.stop(within: .zero) { 0 }
            }
        } catch {
            if Task.isShuttingDownGracefully { return nil }
            throw error
        }
    }
}

// MARK: With a database

extension Daemon {
    private func serve(
        _ configuration: Configuration, start: StartFiles, database: OpenedDatabase, drill: Drill?
    ) async throws {
        let live = LiveSettings(WiredSettings(configuration))
        let engine = Engine(
            configuration: configuration, live: live, address: database.address, build: options.build,
            supervision: supervision, time: time, logger: process.logger)
        let key = try start.auditKey(stateDirectory: configuration.stateDirectory)
        let audit = AuditTrail(key: key)
        let reloader = makeReloader(engine, start: start, live: live, audit: audit)
        let control = RunningDaemon(reloader: reloader, supervision: supervision)
        let admin = AdminServer(
            pool: engine.readingPool, audit: audit, socketPath: configuration.admin.socket, build: options.build,
            isEmbedded: database.cluster != nil, address: database.address, configFiles: start.loaded.sources,
            moneyKinds: engine.catalog.moneyKinds, firstRate: live.value.investments.firstRate, control: control,
            inherited: start.adminListener, logger: process.logger)
        let ready = LoopService {
            do {
                try await getReady(
                    configuration, database: database, engine: engine, admin: admin, live: live, audit: audit)
            } catch {
                // Whoever waits for a reload would keep the socket, and so the stop, waiting.
                await reloader.close()
                throw error
            }
            await obey(reloader, drill: drill)
        }
        let services =
            engine.services(live: live, supervision: supervision, logger: process.logger)
            + [
                anchors(configuration, engine: engine, key: key), admin, ready,
                LoopService { await SocketProber(admin: admin, ledger: supervision.ledger).run() },
            ]
        do {
            try await run(services.map { .init(service: $0) }, engine: engine, live: live)
        } catch {
            await reloader.close()
            throw error
        }
        await reloader.close()
    }

    private func run(
        _ services: [ServiceGroupConfiguration.ServiceConfiguration], engine: Engine, live: LiveSettings
    ) async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: services, logger: process.quietLogger))
        do {
            try await withGracefulShutdownHandler {
                try await group.run()
            } onGracefulShutdown: {
                process.logger.event(.stopping, "stopping: what runs may go on for \(live.value.drain)")
                supervision.reporter.stop(within: live.value.drain) { await engine.dispatcher.runningCount }
            }
        } catch let error as SocketFileError {
            if error.isTaken { process.logger.event(.socketTaken, "\(error)") }
            throw DaemonFailure(error.isTaken ? .unavailable : .config, "\(error)")
        }
    }

    private func makeReloader(
        _ engine: Engine, start: StartFiles, live: LiveSettings, audit: AuditTrail
    ) -> Reloader {
        Reloader(
            Reloader.Parts(
                load: loadConfiguration, effective: effective, live: live,
                registry: ScheduleRegistry(pool: engine.pool), session: engine.session,
                fileDigest: engine.fileDigest, reporter: supervision.reporter, audit: audit,
                setLogLevel: process.setLogLevel, onSchedules: { engine.scheduler.reconsider() },
                limit: engine.limit, kinds: engine.kinds, time: time, logger: process.logger),
            loaded: start.loaded)
    }

    /// Signs the end of the audit's chain into a file and the log, where the database's owner cannot reach it.
    private func anchors(_ configuration: Configuration, engine: Engine, key: AuditKey) -> LoopService {
        let logger = process.logger
        let writer = AnchorWriter(
            pool: engine.pool, key: key, file: configuration.stateDirectory + "/audit-anchors.log",
            host: HostName.current,
            progress: supervision.ledger.enter("audit anchor", limit: Self.anchorLimit),
            onAnchor: { logger.event(.auditAnchorWritten, "\($0.line)") },
            onFailure: { logger.event($0 is AuditSetBack ? .auditBroken : .auditAnchorFailed, "\($0)") })
        return LoopService { await writer.run() }
    }

    private static let anchorLimit = Duration.seconds(15)

    /// From readiness on: a reload that came earlier has waited, since it ends by saying that the daemon is ready.
    private func obey(_ reloader: Reloader, drill: Drill?) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await reloader.run() }
            group.addTask { await heedHangUps(reloader) }
            if let drill { group.addTask { await drill.run(in: supervision.ledger, logger: process.logger) } }
        }
    }

    /// A storm of signals is a few reloads: those that come while one is under way are one more.
    private func heedHangUps(_ reloader: Reloader) async {
        while !Task.isCancelled {
            await process.hangUp.wait()
            guard !Task.isCancelled else { return }
            _ = await reloader.order(
                .init(), by: Actor(name: "SIGHUP", uid: nil), channel: .daemon)
        }
    }
}
