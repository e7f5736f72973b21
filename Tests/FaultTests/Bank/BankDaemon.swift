import Jobs
import JobsPostgres
import Logging
import Postgres
import Primitives

/// A daemon's engine in this process, with the bank's one kind of job.
struct BankDaemon: Sendable {
    let pool: PostgresPool
    let session: DaemonSession
    let store: PostgresJobStore
    let dispatcher: Dispatcher<PostgresJobStore>
    let log: Events

    /// As a production daemon has it.
    static let liveness = Liveness()

    init(
        _ uri: String, name: String, liveness: Liveness = liveness, slots: Int = 4, poolSize: Int = 6,
        definition: JobDefinition<PostgresJobStore> = Bank.definition(pause: .milliseconds(15))
    ) throws {
        let address = try PostgresAddress(uri: uri)
        let log = Events()
        self.log = log
        pool = PostgresPool(
            address: address, size: poolSize, options: ConnectionOptions(applicationName: "bank \(name)"))
        session = DaemonSession(
            address: address,
            identity: DaemonSession.Identity(host: name, pid: 1, build: "test", kinds: [definition.kind]),
            liveness: liveness, logger: log.logger)
        store = PostgresJobStore(
            pool: pool, session: session, kinds: [KindLimits(kind: definition.kind, deadline: definition.deadline)],
            liveness: liveness, logger: log.logger)
        dispatcher = Dispatcher(
            store: store, definitions: [definition], settings: DispatcherSettings(slots: slots, liveness: liveness),
            logger: log.logger)
    }

    /// Runs it beside `body`, as the daemon's services run beside each other, and stops it in order afterwards.
    func live(_ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            group.addTask {
                await session.listen { channel in
                    switch channel {
                    case .job: dispatcher.poke()
                    case .cancel: dispatcher.lookForCancellations()
                    case .schedule, .run: break
                    }
                }
            }
            group.addTask { await session.keepProving(via: pool) }
            try await withThrowingTaskGroup(of: Void.self) { running in
                running.addTask { await dispatcher.run() }
                try await body()
                await dispatcher.drain(within: .seconds(10))
                try await running.waitForAll()
            }
            await session.end()
            group.cancelAll()
        }
    }
}

/// Runs daemons beside `body`.
func living(_ daemons: [BankDaemon], _ body: @escaping @Sendable () async throws -> Void) async throws {
    guard let first = daemons.first else { return try await body() }
    try await first.live { try await living(Array(daemons.dropFirst()), body) }
}
