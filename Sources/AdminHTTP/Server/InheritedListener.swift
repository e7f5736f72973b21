import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Serves on a listening socket that the service manager opened before this process was born, and keeps open when it is
/// gone: nobody who connects meanwhile is refused. Hummingbird itself binds addresses only.
struct InheritedListener: Sendable {
    typealias Respond = @Sendable (Request, any Channel) async throws -> Response

    let descriptor: CInt
    let configuration: HTTP1Channel.Configuration
    let connectionsMax: Int
    let logger: Logger

    /// Serves until cancelled. After a graceful shutdown begins no connection is accepted any more, and those that are
    /// open end after the answer that is under way.
    ///
    /// - Parameter onListening: called once, before the first connection is accepted.
    func run(
        _ respond: @escaping Respond, onListening: @escaping @Sendable () async -> Void
    ) async throws {
        let http = HTTP1Channel(
            responder: { request, writer, channel in
                let response = try await respond(request, channel)
                try await writer.write(response: response.head, body: response.body)
            }, configuration: configuration)
        let logger = logger
        let open = OpenConnections(max: connectionsMax)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // Out of descriptors, it accepts again a little later; without this it never would.
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                }
            }
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .bind(descriptor) { channel in http.setup(channel: channel, logger: logger) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await onListening()
                await Self.accept(server, open) { await http.handle(value: $0, logger: logger) }
            }
            group.addTask {
                try await gracefulShutdown()
                // From now on whoever connects waits for the next server. Who was accepted a moment ago has yet to come
                // out of the listener and say what they want: closed at once, it would let go of them.
                try? await server.channel.setOption(ChannelOptions.autoRead, value: false).get()
                try await ContinuousClock().sleep(for: Self.lastWords)
                try? await server.channel.close()
                open.quiesce()
            }
            try await group.next()
            try await group.waitForAll()
        }
    }

    /// From the last connection that is accepted to the end of those that say nothing.
    private static let lastWords = Duration.milliseconds(250)

    private typealias Connection = HTTP1Channel.Value

    private static func accept(
        _ server: NIOAsyncChannel<Connection, Never>, _ open: OpenConnections,
        _ handle: @escaping @Sendable (Connection) async -> Void
    ) async {
        await withDiscardingTaskGroup { group in
            // Ends when the listener is closed.
            try? await server.executeThenClose { connections in
                for try await connection in connections {
                    // One too many is closed at once: the others keep their answers.
                    guard open.enter(connection.channel) else {
                        // Let go of unopened, it would take the process with it.
                        group.addTask { try? await connection.executeThenClose { _, _ in } }
                        continue
                    }
                    group.addTask {
                        await handle(connection)
                        open.leave(connection.channel)
                    }
                }
            }
        }
    }
}

/// The connections that are open.
private final class OpenConnections: Sendable {
    private let max: Int
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(max: Int) {
        self.max = max
    }

    /// False when there are as many as there may be.
    func enter(_ channel: any Channel) -> Bool {
        channels.withLock { channels in
            guard channels.count < max else { return false }
            channels[ObjectIdentifier(channel)] = channel
            return true
        }
    }

    func leave(_ channel: any Channel) {
        channels.withLock { $0[ObjectIdentifier(channel)] = nil }
    }

    /// Ends each: at once if nothing is under way, else after the answer.
    func quiesce() {
        for channel in channels.withLock({ Array($0.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }
}
