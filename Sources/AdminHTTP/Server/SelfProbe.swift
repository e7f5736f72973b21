import NIOCore
import NIOPosix

/// Asks the daemon's own socket for a sign of life, the way any client would.
struct SelfProbe: Sendable {
    let path: String

    private static let connectLimit = TimeAmount.seconds(3)
    private static let answerLimit = Duration.seconds(5)
    private static let request = "GET /livez HTTP/1.1\r\nhost: bursar\r\nconnection: close\r\n\r\n"

    /// Whether an HTTP answer came, whatever it says.
    func answers() async -> Bool {
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(Self.connectLimit)
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            return try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await channel.executeThenClose { inbound, outbound in
                        try await outbound.write(ByteBuffer(string: Self.request))
                        for try await part in inbound {
                            return String(buffer: part).hasPrefix("HTTP/1.1 ")
                        }
                        return false
                    }
                }
                group.addTask {
                    try await ContinuousClock().sleep(for: Self.answerLimit)
                    return false
                }
                defer { group.cancelAll() }
                return try await group.next() ?? false
            }
        } catch {
            return false
        }
    }
}
