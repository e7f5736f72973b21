import DaemonTestSupport
import Glibc
import Testing

/// A Unix socket that listens, as a service manager holds one for a daemon.
struct ListeningSocket: Sendable {
    let path: String
    let descriptor: Int32

    private static let backlog: Int32 = 1_024

    init(_ path: String) throws {
        self.path = path
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        let isListening = withAddress(path) { bind(descriptor, $0, $1) == 0 } && listen(descriptor, Self.backlog) == 0
        try #require(isListening, "nobody can listen on \(path)")
    }

    func close() {
        Glibc.close(descriptor)
        unlink(path)
    }
}
