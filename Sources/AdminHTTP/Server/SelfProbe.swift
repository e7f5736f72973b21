import NIOCore
import NIOPosix

/// Asks the daemon's own socket for a sign of life, the way any client would.
package struct SelfProbe: Sendable {
    let path: String

    private static let connectLimit = TimeAmount.seconds(3)
    private static let answerLimit = Duration.seconds(5)
    private static let request = "GET /livez HTTP/1.1\r\nhost: bursar\r\nconnection: close\r\n\r\n"

    /// What came of it.
    package enum Outcome: Sendable, Hashable {
        /// An HTTP answer, whatever it says.
        case answered
        /// Somebody took the connection, and said nothing for as long as a client would wait.
        case silent
        /// Nobody could be asked: the socket's file is gone, or too many clients are before us.
        case unreachable
    }

    func ask() async -> Outcome {
        let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        do {
            channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(Self.connectLimit)
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            return .unreachable
        }
        return await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await Self.answer(of: channel) }
            group.addTask {
                try? await ContinuousClock().sleep(for: Self.answerLimit)
                return .silent
            }
            defer { group.cancelAll() }
            return await group.next() ?? .unreachable
        }
    }

    /// A connection that ends without a word was one too many.
    private static func answer(of channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async -> Outcome {
        do {
            return try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: Self.request))
                for try await part in inbound {
                    return String(buffer: part).hasPrefix("HTTP/1.1 ") ? .answered : .silent
                }
                return .unreachable
            }
        } catch {
            return Task.isCancelled ? .silent : .unreachable
        }
    }
}
