import Hummingbird
import HummingbirdCore
package import Investments
package import Logging
import NIOCore
package import Postgres
package import Primitives
import ServiceLifecycle

/// The admin API as a service: bound to its Unix socket while it runs.
package struct AdminServer: Service {
    private let socketPath: String
    private let resources: AdminResources
    private let logger: Logger
    private let binding = Bound()

    /// How long requests under way may go on after a stop was asked for.
    private static let drainLimit = Duration.seconds(3)
    private static let idleLimit = TimeAmount.seconds(120)
    private static let connectionsMax = 256
    private static let headerBytesMax = 16 << 10

    /// - Parameters:
    ///   - address: shown in `status` without its password.
    ///   - checks: what must hold, besides a database that answers, before the daemon takes work.
    package init(
        pool: PostgresPool, socketPath: String, build: String, isEmbedded: Bool, address: PostgresAddress? = nil,
        configFiles: [String] = [], firstRate: FirstRatePolicy = .firstRateHolds, time: any TimeSource = SystemTime(),
        checks: @escaping @Sendable () async -> [ReadinessCheck] = { [] }, logger: Logger
    ) {
        self.socketPath = socketPath
        self.logger = logger
        resources = AdminResources(
            pool: pool, build: build, isEmbedded: isEmbedded, address: address?.description ?? "",
            socketPath: socketPath,
            configFiles: configFiles, firstRate: firstRate, time: time, startedAt: time.now(), checks: checks)
    }

    /// Returns once the socket takes connections; throws why it never will.
    package func bound() async throws {
        try await binding.wait()
    }

    /// Serves until the group is told to shut down, then lets requests under way finish for a moment.
    package func run() async throws {
        do {
            let file = try SocketFile(socketPath)
            let lock = try await file.claim()
            let published = Published()
            defer { file.remove(published.identity) }
            try await serve(file, lock: lock, published)
            try published.check()
        } catch {
            binding.settle(.failure(error))
            throw error
        }
        binding.settle(.failure(CancellationError()))
    }

    private func serve(_ file: SocketFile, lock: SocketLock, _ published: Published) async throws {
        var quiet = logger
        // The server's own words are of no use to an operator; its errors are.
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            responder: AdminRoutes.router(resources).buildResponder(),
            server: .http1(
                configuration: .init(
                    idleTimeout: Self.idleLimit,
                    httpDecoderConfiguration: .init(maxHeaderListSize: Self.headerBytesMax))),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: file.bindPath), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionsMax)),
            onServerRunning: { channel in
                defer { lock.release() }
                do {
                    try file.publish()
                    published.settle(.success(file.identity))
                    logger.info("the admin socket is bound", metadata: ["socket": "\(file.path)"])
                    binding.settle(.success(()))
                } catch {
                    published.settle(.failure(error))
                    channel.close(promise: nil)
                }
            },
            logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                try await gracefulShutdown()
                try await ContinuousClock().sleep(for: Self.drainLimit)
            }
            // Whichever ends first ends the other: the server, or the time that it had to drain.
            try await group.next()
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }
}

extension AdminServer: CustomStringConvertible {
    /// For the logs of the service group, which show their members whole otherwise.
    package var description: String { "AdminServer(\(socketPath))" }
}
