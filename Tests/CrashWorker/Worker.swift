import Dispatch
import Effects
import Glibc
import Jobs
import JobsPostgres
import Logging
import Postgres
import Primitives
import Scheduling

/// The engine of one daemon, wired as the daemon wires it.
struct Worker {
    private let options: WorkerOptions
    private let pool: PostgresPool
    private let session: DaemonSession
    private let wakeUps: WakeUps
    private let dispatcher: Dispatcher<PostgresJobStore>
    private let scheduler: Scheduler

    private static let pauseBeforeAnotherLook = Duration.milliseconds(5)

    init(_ options: WorkerOptions) throws {
        self.options = options
        var logger = Logger(label: "crash") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = options.logLevel
        let kinds = CrashKinds.all.filter { options.kinds?.contains($0) ?? true }
        let identity = DaemonSession.Identity(host: "crash", pid: getpid(), build: "crash", kinds: kinds)
        pool = PostgresPool(
            address: options.database, size: options.poolSize,
            options: ConnectionOptions(applicationName: identity.sessionName, settings: EnginePlans.settings))
        let intents = Intents(pool: pool, targets: [try SocketCompany.target()], logger: logger)
        let work = CrashKinds(
            pool: pool, intents: intents, company: SocketCompany(path: options.company), deadline: options.deadline)
        let definitions = work.definitions.filter { kinds.contains($0.kind) }
        session = DaemonSession(
            address: options.database, identity: identity, liveness: options.liveness, logger: logger)
        let store = PostgresJobStore(
            pool: pool, session: session, kinds: definitions.map { KindLimits($0) }, liveness: options.liveness,
            logger: logger)
        wakeUps = store.wakeUps
        var settings = DispatcherSettings(slots: options.slots, liveness: options.liveness, poll: options.poll)
        settings.recordRetryPause = .milliseconds(20)
        let dispatcher = Dispatcher(store: store, definitions: definitions, settings: settings, logger: logger)
        self.dispatcher = dispatcher
        scheduler = Scheduler(
            store: PostgresTickStore(pool: pool, logger: logger), timer: ElapsedTimer(), time: SystemTime(),
            logger: logger, onEnqueued: { dispatcher.poke() })
    }

    /// Works until SIGTERM, then drains.
    func run() async {
        let (terminations, terminated) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
        signal(SIGTERM, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: DispatchQueue(label: "crash.signals"))
        source.setEventHandler { terminated.yield() }
        source.resume()
        defer { source.cancel() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            group.addTask {
                await session.listen { channel in
                    switch channel {
                    case .job: dispatcher.poke()
                    case .schedule: scheduler.reconsider()
                    case .cancel: dispatcher.lookForCancellations()
                    case .run: break
                    }
                }
            }
            group.addTask { await session.keepProving(via: pool) }
            group.addTask { await wakeUps.run(via: pool) }
            group.addTask { await dispatcher.run() }
            group.addTask {
                // As the daemon does: nothing fires before the database knows of it.
                while await session.current == nil, !Task.isCancelled {
                    try? await ContinuousClock().sleep(for: Self.pauseBeforeAnotherLook)
                }
                await scheduler.run()
            }
            for await _ in terminations { break }
            await dispatcher.drain(within: options.drain)
            await session.end()
            group.cancelAll()
        }
    }
}

/// Sleeps by elapsed time: nobody steps the clock here.
private struct ElapsedTimer: WakeTimer {
    func sleep(until instant: Instant) async {
        try? await ContinuousClock().sleep(for: max(instant - SystemTime().now(), .zero))
    }
}
