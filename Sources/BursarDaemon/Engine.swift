import Config
import Glibc
import Jobs
import JobsPostgres
import Logging
import Postgres
import Primitives
import Scheduling
import ServiceLifecycle

/// The parts that schedule and run, connected.
struct Engine: Sendable {
    let pool: PostgresPool
    let session: DaemonSession
    let dispatcher: Dispatcher<PostgresJobStore>
    let scheduler: Scheduler

    private let address: PostgresAddress
    private let time: any TimeSource
    private let logger: Logger

    private static let pauseBeforeAnotherLook = Duration.milliseconds(5)
    private static let pauseBeforeAnotherProof = Duration.seconds(5)

    init(
        configuration: Configuration, settings: WiredSettings, address: PostgresAddress, build: String,
        time: any TimeSource, logger: Logger
    ) {
        self.address = address
        self.time = time
        self.logger = logger
        pool = PostgresPool(
            address: address, size: configuration.database.poolSize,
            options: ConnectionOptions(
                applicationName: "bursard", perHostTimeout: configuration.database.connectTimeout))
        let catalog = JobCatalog(pool: pool, settings: settings)
        session = DaemonSession(
            address: address,
            identity: DaemonSession.Identity(
                host: Self.hostName(), pid: getpid(), build: build, kinds: catalog.definitions.map(\.kind)),
            logger: logger)
        let store = PostgresJobStore(
            pool: pool, session: session, kinds: JobCatalog.limits(of: catalog.definitions),
            liveness: settings.dispatcher.liveness)
        let dispatcher = Dispatcher(
            store: store, definitions: catalog.definitions, settings: settings.dispatcher, logger: logger)
        self.dispatcher = dispatcher
        scheduler = Scheduler(
            store: PostgresTickStore(pool: pool, logger: logger), timer: DispatchWakeTimer(), time: time,
            logger: logger, onEnqueued: { dispatcher.poke() })
    }

    /// In the order in which they depend on each other; torn down in reverse.
    func services(drain: Duration, logger: Logger) -> [ServiceGroupConfiguration.ServiceConfiguration] {
        [
            .init(service: LoopService { await pool.run() }),
            .init(
                service: LoopService(
                    loop: {
                        await session.listen { channel in
                            switch channel {
                            case .job: dispatcher.poke()
                            case .schedule: scheduler.reconsider()
                            case .run: break
                            }
                        }
                    }, afterwards: { await session.end() })),
            .init(service: DispatcherService(dispatcher: dispatcher, drain: drain)),
            .init(service: LoopService { await scheduler.run() }),
        ]
    }

    /// Waits until the database knows that this daemon lives, and has proved that it can be worked with.
    func beginLife() async throws {
        while await session.current == nil {
            try await ContinuousClock().sleep(for: Self.pauseBeforeAnotherLook)
        }
        while try await !provesDatabase() {
            try await ContinuousClock().sleep(for: Self.pauseBeforeAnotherProof)
        }
        dispatcher.poke()
    }

    /// Runs the self-tests; what fails is said with its fix, and keeps the daemon from being ready.
    private func provesDatabase() async throws -> Bool {
        let findings: [SelfTest.Finding]
        do {
            findings = try await selfTest()
        } catch {
            guard (error as? PostgresError)?.isTransient == true else { throw error }
            logger.warning("not ready: the self-test could not be run", metadata: ["error": "\(error)"])
            return false
        }
        for finding in findings where !finding.passed {
            logger.error(
                "not ready: \(finding.detail)",
                metadata: ["check": "\(finding.check.rawValue)", "hint": "\(finding.hint ?? "")"])
        }
        return findings.allSatisfy(\.passed)
    }

    private func selfTest() async throws -> [SelfTest.Finding] {
        let connection = try await PostgresConnection.connect(
            to: address, options: ConnectionOptions(applicationName: "bursard self-test"))
        let findings = try await SelfTest(time: time).run(on: connection, beside: pool)
        await connection.close()
        return findings
    }

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
