import AdminHTTP
import Config
import Glibc
import Investments
import Jobs
import JobsPostgres
package import Logging
import Postgres
import Primitives
import Scheduling
import ServiceLifecycle

/// The daemon: from its configuration to its services, and back down.
package struct Daemon: Service {
    private let options: DaemonOptions
    private let environment: [String: String]
    private let logger: Logger
    private let time = SystemTime()
    private let onReady: @Sendable (ReadyReport) -> Void

    private static let demoDrain = Duration.seconds(5)

    /// - Parameter onReady: called once, when everything that a caller could want of the daemon is there.
    package init(
        options: DaemonOptions, environment: [String: String], logger: Logger,
        onReady: @escaping @Sendable (ReadyReport) -> Void
    ) {
        self.options = options
        self.environment = environment
        self.logger = logger
        self.onReady = onReady
    }

    /// Runs until the group is told to shut down. Throws `DaemonFailure` when it cannot.
    package func run() async throws {
        let loaded = try loadConfiguration()
        let configuration = effective(loaded.configuration)
        var logger = logger
        logger.logLevel = configuration.logging.level.level
        let opening = DatabaseOpening(configuration: configuration, logger: logger)
        guard let database = try await untilShutdown({ try await opening.open() }) else { return }
        do {
            try await serve(configuration, loaded: loaded, database: database, logger: logger)
        } catch {
            await database.close(logger)
            throw error
        }
        await database.close(logger)
    }

    private func loadConfiguration() throws -> LoadedConfiguration {
        do {
            let loaded = try ConfigurationLoader(environment: environment).load(path: options.configPath)
            for warning in loaded.warnings { logger.warning("\(warning)") }
            return loaded
        } catch {
            throw DaemonFailure(.config, "\(error)")
        }
    }

    /// What the command line says goes before the file.
    private func effective(_ configuration: Configuration) -> Configuration {
        var configuration = configuration
        if let directory = options.stateDirectory {
            configuration.stateDirectory = directory
            configuration.admin.socket = directory + "/bursar.sock"
        }
        if let socket = options.socketPath { configuration.admin.socket = socket }
        if options.demo { configuration.engine.drain = min(configuration.engine.drain, Self.demoDrain) }
        return configuration
    }

    private func serve(
        _ configuration: Configuration, loaded: LoadedConfiguration, database: OpenedDatabase, logger: Logger
    ) async throws {
        let settings = WiredSettings(configuration)
        let engine = Engine(
            configuration: configuration, settings: settings, address: database.address, build: options.build,
            time: time, logger: logger)
        let admin = AdminServer(
            pool: engine.pool, socketPath: configuration.admin.socket, build: options.build,
            isEmbedded: database.cluster != nil, address: database.address, configFiles: loaded.sources,
            firstRate: settings.investments.firstRate, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: engine.services(drain: settings.drain, logger: logger) + [
                    .init(service: admin),
                    .init(
                        service: LoopService {
                            try await self.getReady(
                                configuration, settings, engine: engine, admin: admin, logger: logger)
                            try await gracefulShutdown()
                        }),
                ], logger: logger))
        try await group.run()
    }

    /// Brings the schedules to what the file says, loads the demo, and says that the daemon is ready once the admin
    /// socket is bound and this daemon's life is known to the database.
    private func getReady(
        _ configuration: Configuration, _ settings: WiredSettings, engine: Engine, admin: AdminServer, logger: Logger
    ) async throws {
        try await engine.beginLife()
        try await ScheduleRegistry(pool: engine.pool).apply(settings.schedules)
        engine.scheduler.reconsider()
        let loadedDemo = options.demo ? try await loadDemo(engine, logger: logger) : false
        try await admin.bound()
        logger.notice("ready", metadata: ["socket": "\(configuration.admin.socket)"])
        onReady(
            ReadyReport(
                socket: configuration.admin.socket, isEmbedded: configuration.database.isEmbedded,
                schedules: settings.schedules.count, loadedDemo: loadedDemo))
    }

    /// Loads the school into an empty database and values it at once, as an operator would.
    private func loadDemo(_ engine: Engine, logger: Logger) async throws -> Bool {
        guard try await DemoSchool.load(into: engine.pool) else { return false }
        logger.notice("loaded the demo school")
        _ = try await engine.pool.enqueue(
            NewJob(
                kind: ValueInvestments.kind, payload: #"{"mode":"full"}"#,
                run: NewRun(execution: .make(at: time.now()), trigger: .manual, source: "demo")))
        return true
    }

    /// The value, or nil when a graceful shutdown came first.
    private func untilShutdown<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T? {
        do {
            return try await cancelWhenGracefulShutdown(body)
        } catch {
            if Task.isShuttingDownGracefully { return nil }
            throw error
        }
    }
}
