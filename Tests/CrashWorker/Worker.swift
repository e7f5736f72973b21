import Dispatch
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

    init(_ options: WorkerOptions) {
        self.options = options
        var logger = Logger(label: "crash") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = options.logLevel
        pool = PostgresPool(
            address: options.database, size: options.poolSize, options: ConnectionOptions(applicationName: "bursard"))
        let definitions = CrashKinds.definitions(deadline: options.deadline, pool: pool)
        session = DaemonSession(
            address: options.database,
            identity: DaemonSession.Identity(
                host: "crash", pid: getpid(), build: "crash", kinds: definitions.map(\.kind)),
            liveness: options.liveness, logger: logger)
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
            group.addTask { await scheduler.run() }
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
