import AdminHTTP
import Config
import EmbeddedPostgres
import Glibc
import Investments
import Jobs
import JobsPostgres
package import Logging
import Migrations
import Postgres
import Primitives
import Scheduling
package import ServiceLifecycle

/// The daemon: from its configuration to its services, and back down.
package struct Daemon: Service {
    private let options: DaemonOptions
    private let environment: [String: String]
    private let logger: Logger
    private let time: any TimeSource
    private let onReady: @Sendable (ReadyReport) -> Void

    /// - Parameter onReady: called once, when everything that a caller could want of the daemon is there.
    package init(
        options: DaemonOptions, environment: [String: String], logger: Logger,
        onReady: @escaping @Sendable (ReadyReport) -> Void
    ) {
        self.options = options
        self.environment = environment
        self.logger = logger
        self.onReady = onReady
        time = SystemTime()
    }

    /// Runs until the group is told to shut down. Throws `DaemonFailure` when it cannot.
    package func run() async throws {
        let loaded = try loadConfiguration()
        var logger = logger
        logger.logLevel = loaded.configuration.logging.level.level
        let opening = DatabaseOpening(configuration: loaded.configuration, logger: logger)
        let database = try await opening.open()
        do {
            try await serve(loaded, database: database, logger: logger)
        } catch {
            await database.close(logger)
            throw error
        }
        await database.close(logger)
    }

    private func loadConfiguration() throws -> LoadedConfiguration {
        do {
            var loaded = try ConfigurationLoader(environment: environment).load(path: options.configPath)
            if let directory = options.stateDirectory { loaded.configuration.stateDirectory = directory }
            if let socket = options.socketPath ?? options.stateDirectory.map({ $0 + "/bursar.sock" }) {
                loaded.configuration.admin.socket = socket
            }
            for warning in loaded.warnings { logger.warning("\(warning)") }
            return loaded
        } catch let errors as ConfigurationErrors {
            throw DaemonFailure(.config, "\(errors)")
        }
    }

    private func serve(_ loaded: LoadedConfiguration, database: OpenedDatabase, logger: Logger) async throws {
        let configuration = loaded.configuration
        let settings = try WiredSettings(configuration)
        let pool = PostgresPool(
            address: database.address, size: configuration.database.poolSize,
            options: ConnectionOptions(applicationName: "bursard", perHostTimeout: configuration.database.connectTimeout))
        let catalog = JobCatalog(pool: pool, settings: settings)
        let bell = Bell()
        let session = DaemonSession(
            address: database.address,
            identity: DaemonSession.Identity(
                host: hostName(), pid: getpid(), build: options.build, kinds: catalog.definitions.map(\.kind)),
            logger: logger, onNotification: bell.ring)
        let store = PostgresJobStore(
            pool: pool, session: session, kinds: JobCatalog.limits(of: catalog.definitions),
            liveness: settings.dispatcher.liveness)
        let dispatcher = Dispatcher(
            store: store, definitions: catalog.definitions, settings: settings.dispatcher, logger: logger)
        let scheduler = Scheduler(
            store: PostgresTickStore(pool: pool, logger: logger), time: time, logger: logger,
            onEnqueued: dispatcher.poke)
        bell.onJob = dispatcher.poke
        bell.onSchedule = scheduler.reconsider
    }

    private func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
