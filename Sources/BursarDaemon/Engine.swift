import Config
import Effects
import Events
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
    /// For the engine's statements.
    let pool: PostgresPool
    /// For what the systems and the operators read: planned as the server likes best.
    let readingPool: PostgresPool
    let session: DaemonSession
    let dispatcher: Dispatcher<PostgresJobStore>
    let catalog: JobCatalog
    private let store: PostgresJobStore
    private let history: HistoryLoop
    let scheduler: Scheduler
    let registry: ScheduleRegistry
    let fileDigest: ScheduleFileDigest
    /// The kinds of jobs of this build, sorted.
    var kinds: [String] { catalog.definitions.map(\.kind.name).sorted() }

    private let address: PostgresAddress
    private let time: any TimeSource
    private let logger: Logger

    private static let pauseBeforeAnotherLook = Duration.milliseconds(5)
    private static let pauseBeforeAnotherProof = Duration.seconds(5)

    init(
        configuration: Configuration, live: LiveSettings, address: PostgresAddress, build: String,
        supervision: Supervision, time: any TimeSource, logger: Logger
    ) {
        self.address = address
        self.time = time
        self.logger = logger
        let settings = live.value.dispatcher
        let identity = DaemonSession.Identity(
            host: HostName.current, pid: getpid(), build: build,
            kinds: JobCatalog.kinds.sorted().map { JobKind($0) })
        pool = PostgresPool(
            address: address, size: configuration.database.poolSize,
            options: ConnectionOptions(
                applicationName: identity.sessionName, perHostTimeout: configuration.database.connectTimeout,
                settings: EnginePlans.settings))
        readingPool = PostgresPool(
            address: address, size: configuration.database.poolSize,
            options: ConnectionOptions(
                applicationName: "bursard reading", perHostTimeout: configuration.database.connectTimeout))
        catalog = JobCatalog(pool: readingPool, live: live)
        session = DaemonSession(
            address: address, identity: identity, liveness: settings.liveness, isAdmitted: false, logger: logger)
        store = PostgresJobStore(
            pool: pool, session: session, kinds: catalog.limits(live.value.limits), liveness: settings.liveness,
            logger: logger)
        history = HistoryLoop(
            keeping: HistoryKeeping(pool: readingPool), effects: EffectsKeeping(pool: readingPool),
            history: { live.value.history },
            progress: supervision.ledger.enter("history", limit: HistoryLoop.limit), logger: logger)
        let dispatcher = Dispatcher(
            store: store, definitions: catalog.definitions, settings: settings,
            loops: DispatcherLoops(in: supervision.ledger, settings), logger: logger)
        self.dispatcher = dispatcher
        // Nothing fires before the file was applied.
        fileDigest = ScheduleFileDigest("not applied yet")
        registry = ScheduleRegistry(pool: pool)
        scheduler = Scheduler(
            store: PostgresTickStore(
                pool: pool, name: "bursard on \(HostName.current), process \(getpid())", fileDigest: fileDigest,
                logger: logger),
            timer: DispatchWakeTimer(), time: time, clock: BootClock(), jumpLimit: { live.value.clockJumpLimit },
            progress: supervision.ledger.enter("scheduler", limit: Self.schedulerLimit), logger: logger,
            onEnqueued: { dispatcher.poke() })
    }

    /// Three breaths of the scheduler's loop.
    private static let schedulerLimit = Scheduler.breath * 3
    /// Three proofs that notifications arrive.
    private static let listenerLimit = Duration.seconds(15)

    /// In the order in which they depend on each other; torn down in reverse, the probers after what they probe.
    func services(live: LiveSettings, supervision: Supervision, logger: Logger) -> [any Service] {
        let figures = FiguresLoop(
            pool: pool, fileDigest: fileDigest, reporter: supervision.reporter, time: time, logger: logger)
        let prober = LoopProber(dispatcher: dispatcher, ledger: supervision.ledger)
        let listener = supervision.ledger.enter("listener", limit: Self.listenerLimit)
        return [
            LoopService { await pool.run() },
            LoopService { await readingPool.run() },
            LoopService(
                loop: {
                    await session.listen { channel in
                        switch channel {
                        case .job: dispatcher.poke()
                        case .schedule: scheduler.reconsider()
                        case .cancel: dispatcher.lookForCancellations()
                        case .run: break
                        }
                    }
                }, afterwards: { await session.end() }),
            LoopService { await session.keepProving(via: pool, progress: listener) },
            LoopService { await store.wakeUps.run(via: pool) },
            LoopService { await prober.run() },
            LoopService { await figures.run() },
            LoopService { await history.run() },
            DispatcherService(dispatcher: dispatcher) { live.value.drain },
            LoopService { await scheduler.run() },
        ]
    }

    /// Has other limits of kinds hold from now on.
    @Sendable func limit(_ limits: [String: Configuration.KindLimit]) async throws {
        try await store.limit(catalog.limits(limits))
    }

    /// Waits until the database has proved that it can be worked with, and then knows that this daemon lives: before
    /// that it claims nothing.
    func beginLife(_ supervision: Supervision) async throws {
        while try await !provesDatabase(supervision) {
            try await ContinuousClock().sleep(for: Self.pauseBeforeAnotherProof)
        }
        supervision.meet(.selfTests)
        await session.admit()
        dispatcher.lookForCancellations()
        while await session.current == nil {
            try await ContinuousClock().sleep(for: Self.pauseBeforeAnotherLook)
        }
        supervision.meet(.session)
        dispatcher.poke()
    }

    /// Runs the self-tests; what fails is said with its fix, and keeps the daemon from being ready.
    private func provesDatabase(_ supervision: Supervision) async throws -> Bool {
        let findings: [SelfTest.Finding]
        do {
            findings = try await selfTest()
        } catch {
            guard let error = error as? PostgresError, error.isTransient || error.isUnavailability else { throw error }
            supervision.withhold(.selfTests, "they could not be run: \(error)", logger: logger)
            return false
        }
        for finding in findings where !finding.passed {
            let fix = finding.hint.map { "; \($0)" } ?? ""
            logger.event(
                .selfTestFailed, "\(finding.check.rawValue): \(finding.detail)\(fix)",
                metadata: ["check": "\(finding.check.rawValue)"])
            supervision.withhold(.selfTests, "\(finding.check.rawValue): \(finding.detail)\(fix)", logger: logger)
        }
        return findings.allSatisfy(\.passed)
    }

    private func selfTest() async throws -> [SelfTest.Finding] {
        let connection = try await PostgresConnection.connect(
            to: address, options: ConnectionOptions(applicationName: "bursard self-test"))
        let findings: [SelfTest.Finding]
        do {
            findings = try await SelfTest(time: time).run(on: connection, beside: pool)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        return findings
    }
}
