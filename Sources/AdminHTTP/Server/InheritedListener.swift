import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
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
        let quiescing = ServerQuiescingHelper(group: MultiThreadedEventLoopGroup.singleton)
        let open = OpenConnections(max: connectionsMax)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .bind(descriptor) { channel in http.setup(channel: channel, logger: logger) }
        await withGracefulShutdownHandler {
            await onListening()
            await withDiscardingTaskGroup { group in
                do {
                    try await server.executeThenClose { connections in
                        for try await connection in connections {
                            // One too many is closed at once: the others keep their answers.
                            guard open.enter() else {
                                connection.channel.close(promise: nil)
                                continue
                            }
                            group.addTask {
                                await http.handle(value: connection, logger: logger)
                                open.leave()
                            }
                        }
                    }
                } catch {
                    if !Task.isCancelled { logger.debug("the admin listener ended: \(error)") }
                }
            }
        } onGracefulShutdown: {
            quiescing.initiateShutdown(promise: nil)
        }
    }
}

/// How many connections are open.
private final class OpenConnections: Sendable {
    private let max: Int
    private let count = Mutex(0)

    init(max: Int) {
        self.max = max
    }

    /// False when there are as many as there may be.
    func enter() -> Bool {
        count.withLock { count in
            guard count < max else { return false }
            count += 1
            return true
        }
    }

    func leave() {
        count.withLock { $0 -= 1 }
    }
}
