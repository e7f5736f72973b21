import Glibc
import Jobs
import JobsPostgres
import Logging
import Postgres
import Primitives

/// What runs jobs in a daemon, put together in this process: the product's own code, with nothing beside it.
struct BenchDaemon: Sendable {
    let pool: PostgresPool
    let session: DaemonSession
    let store: PostgresJobStore
    let dispatcher: Dispatcher<PostgresJobStore>

    static let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
    /// How long a drain may take to end after its last job was seen.
    private static let grace = Duration.seconds(60)

    private init(
        _ database: BenchDatabase, definitions: [JobDefinition<PostgresJobStore>], slots: Int, connections: Int,
        time: (any TimeSource)?
    ) {
        pool = PostgresPool(
            address: database.address, size: connections, options: ConnectionOptions(settings: EnginePlans.settings))
        session = DaemonSession(
            address: database.address,
            identity: DaemonSession.Identity(
                host: "bench", pid: getpid(), build: "bench", kinds: definitions.map(\.kind)),
            time: time, logger: Self.logger)
        store = PostgresJobStore(
            pool: pool, session: session, kinds: definitions.map { KindLimits($0) }, liveness: Liveness(), time: time)
        dispatcher = Dispatcher(
            store: store, definitions: definitions, settings: DispatcherSettings(slots: slots), logger: Self.logger)
    }

    /// Runs one while `body` does; it claims nothing before `body` has its dispatcher run.
    ///
    /// - Parameter time: what the parts take for the present instant; nil: the database's own clock.
    static func with<T: Sendable>(
        _ database: BenchDatabase, definitions: [JobDefinition<PostgresJobStore>], slots: Int, connections: Int,
        time: (any TimeSource)? = nil, _ body: @Sendable (BenchDaemon) async throws -> T
    ) async throws -> T {
        let daemon = BenchDaemon(
            database, definitions: definitions, slots: slots, connections: connections, time: time)
        try await daemon.store.beat()
        async let lending: Void = daemon.pool.run()
        async let _: Void = daemon.store.wakeUps.run(via: daemon.pool)
        let outcome: Result<T, any Error>
        do {
            try await daemon.warm(connections)
            outcome = .success(try await body(daemon))
        } catch {
            outcome = .failure(error)
        }
        daemon.pool.shutDown()
        await lending
        await daemon.session.end()
        return try outcome.get()
    }

    /// Opens all connections, so that no measurement pays for that.
    private func warm(_ connections: Int) async throws {
        guard connections > 0 else { return }
        try await pool.withConnection { connection in
            _ = try await connection.value("select 1", as: Int32.self)
            try await warm(connections - 1)
        }
    }

    /// Seconds until the jobs that `count` counts are done, durably, and the dispatcher is at rest.
    func drain(until count: JobCount) async throws -> Double {
        let clock = ContinuousClock()
        let begun = clock.now
        await withDiscardingTaskGroup { group in
            group.addTask { await dispatcher.run() }
            group.addTask {
                await count.wait()
                await dispatcher.drain(within: Self.grace)
            }
        }
        return (clock.now - begun).inSeconds
    }

    /// Runs jobs while `body` does, and hears of new ones as a daemon does.
    func whileLive<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        async let running: Void = dispatcher.run()
        async let _: Void = session.listen { channel in
            if channel == .job { dispatcher.poke() }
        }
        let outcome: Result<T, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        await dispatcher.drain(within: Self.grace)
        await running
        return try outcome.get()
    }
}
