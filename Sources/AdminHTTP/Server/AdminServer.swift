package import Audit
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
    private let inherited: CInt?
    /// Where the daemon asks itself for an answer; nil for a handed-over socket without a path.
    private let probePath: String?
    private let binding = Bound()

    /// How long requests under way may go on after a stop was asked for.
    private static let drainLimit = Duration.seconds(3)
    private static let idleLimit = TimeAmount.seconds(120)
    private static let connectionsMax = 256
    private static let headerBytesMax = 16 << 10

    /// - Parameters:
    ///   - audit: where every change is written down.
    ///   - address: shown in `status` without its password.
    ///   - moneyKinds: the kinds of this build that are backed by money: what is done to them wants a reason.
    ///   - control: the daemon itself.
    ///   - inherited: a socket that listens already; then nothing is bound, and its own path goes before `socketPath`.
    package init(
        pool: PostgresPool, audit: AuditTrail, socketPath: String, build: String, isEmbedded: Bool,
        address: PostgresAddress? = nil,
        configFiles: [String] = [], moneyKinds: Set<String> = [],
        firstRate: @autoclosure @escaping @Sendable () -> FirstRatePolicy = .firstRateHolds,
        time: any TimeSource = SystemTime(),
        control: (any DaemonControl)? = nil, inherited: CInt? = nil, logger: Logger
    ) {
        probePath = inherited.map(ListenerPath.of) ?? socketPath
        self.socketPath = probePath ?? socketPath
        self.inherited = inherited
        self.logger = logger
        resources = AdminResources(
            pool: pool, audit: audit, build: build, isEmbedded: isEmbedded, address: address?.description ?? "",
            socketPath: self.socketPath, configFiles: configFiles, moneyKinds: moneyKinds, firstRate: firstRate,
            time: time, startedAt: time.now(), control: control)
    }

    /// Returns once the socket takes connections; throws why it never will.
    package func bound() async throws {
        try await binding.wait()
    }

    /// Asks the socket as any client would. One without a path is not asked.
    package func probe() async -> SelfProbe.Outcome {
        guard let probePath else { return .answered }
        return await SelfProbe(path: probePath).ask()
    }

    /// Serves until the group is told to shut down, then lets requests under way finish for a moment.
    package func run() async throws {
        do {
            if let inherited {
                try await serve(inherited: inherited)
            } else {
                let file = try SocketFile(socketPath)
                let lock = try await file.claim()
                let published = Published()
                defer { file.remove(published.identity) }
                try await serve(file, lock: lock, published)
                try published.check()
            }
        } catch {
            binding.settle(.failure(error))
            throw error
        }
        binding.settle(.failure(CancellationError()))
    }

    private func serve(_ file: SocketFile, lock: SocketLock, _ published: Published) async throws {
        let application = Application(
            responder: AdminRoutes.router(resources, logger: logger).buildResponder(),
            server: .http1(configuration: Self.channel),
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
        try await draining { try await application.run() }
    }

    private func serve(inherited descriptor: CInt) async throws {
        let responder = AdminRoutes.router(resources, logger: logger).buildResponder()
        let listener = InheritedListener(
            descriptor: descriptor, configuration: Self.channel, connectionsMax: Self.connectionsMax, logger: quiet)
        let (quiet, binding, logger, path) = (quiet, binding, logger, socketPath)
        try await draining {
            try await listener.run { request, channel in
                var named = quiet
                // Where the server framework keeps a request's name.
                named[metadataKey: "hb.request.id"] = .stringConvertible(RequestID())
                let source = ApplicationRequestContextSource(channel: channel, logger: named)
                return try await responder.respond(to: request, context: AdminContext(source: source))
            } onListening: {
                logger.info("the admin socket was handed over", metadata: ["socket": "\(path)"])
                binding.settle(.success(()))
            }
        }
    }

    private static var channel: HTTP1Channel.Configuration {
        .init(
            idleTimeout: idleLimit, httpDecoderConfiguration: .init(maxHeaderListSize: headerBytesMax))
    }

    /// The server's own words are of no use to an operator; its errors are.
    private var quiet: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }

    /// Whichever ends first ends the other: the server, or the time that it had to drain.
    private func draining(_ serve: @escaping @concurrent @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(operation: serve)
            group.addTask {
                try await gracefulShutdown()
                try await ContinuousClock().sleep(for: Self.drainLimit)
            }
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
