import DatabaseTestSupport
import Dispatch
import Glibc
import Postgres
import Synchronization

/// A Unix socket between a client and the server that can be told to lose what the server says.
final class Relay: Sendable {
    enum Mode {
        case passing
        /// Takes the server's answers and keeps them.
        case swallowing
        /// Takes the server's next answer, then closes both sides.
        case cutting
        /// Passes the server's next answer on, then closes both sides.
        case ending
    }

    /// Where to connect to.
    let address: PostgresAddress
    private let mode = Mutex(Mode.passing)
    private let listener: Int32
    private let target: String
    static let queue = DispatchQueue(label: "test.relay", attributes: .concurrent)

    init(to server: PostgresAddress) throws {
        let port = server["port"] ?? "5432"
        let directory = try Scratch.path("relay")
        guard mkdir(directory, 0o755) == 0 else { throw SystemCallFailed(call: "mkdir", code: errno) }
        listener = try Self.unixSocket(at: "\(directory)/.s.PGSQL.\(port)") { bind($0, $1, $2) }
        guard listen(listener, 1) == 0 else { throw SystemCallFailed(call: "listen", code: errno) }
        address = server.setting("host", to: directory)
        target = "\(server["host"] ?? "")/.s.PGSQL.\(port)"
        serveAnother()
    }

    deinit { close(listener) }

    /// Serves the next connection too, such as a request to cancel; until then it is kept waiting.
    /// `faithfully`: whatever the others suffer.
    func serveAnother(faithfully: Bool = false) {
        Self.queue.async { self.serve(self.target, faithfully: faithfully) }
    }

    func swallowAnswers() { mode.withLock { $0 = .swallowing } }

    func endAfterNextAnswer() { mode.withLock { $0 = .ending } }

    func cutAtNextAnswer() { mode.withLock { $0 = .cutting } }

    private func serve(_ target: String, faithfully: Bool) {
        let client = accept(listener, nil, nil)
        guard client >= 0, let server = try? Self.unixSocket(at: target, { connect($0, $1, $2) }) else { return }
        Self.queue.async {
            Self.pump(from: client, to: server) { .pass }
            shutdown(server, Int32(SHUT_RDWR))
        }
        Self.pump(from: server, to: client) {
            if faithfully { return .pass }
            return switch self.mode.withLock({ $0 }) {
            case .passing: .pass
            case .swallowing: .keep
            case .cutting: .end
            case .ending: .passAndEnd
            }
        }
        shutdown(client, Int32(SHUT_RDWR))
        shutdown(server, Int32(SHUT_RDWR))
    }

    private enum Verdict { case pass, keep, passAndEnd, end }

    /// Passes bytes on until one side ends or `judge` says so.
    private static func pump(from source: Int32, to sink: Int32, judge: () -> Verdict) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count > 0 else { return }
            switch judge() {
            case .pass: guard write(sink, buffer, count) == count else { return }
            case .keep: break
            case .passAndEnd:
                _ = write(sink, buffer, count)
                return
            case .end: return
            }
        }
    }

    private static func unixSocket(
        at path: String, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemCallFailed(call: "path", code: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw SystemCallFailed(call: "socket", code: errno) }
        return descriptor
    }
}

struct SystemCallFailed: Error {
    let call: String
    let code: Int32
}
