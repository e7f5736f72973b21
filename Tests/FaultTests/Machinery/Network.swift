import DaemonTestSupport
import Dispatch
import Glibc
import Synchronization

/// The network between a daemon and its server: a port that passes everything on until it is told otherwise.
///
/// What it does to a connection it does without a word to either end: nothing is closed, nothing is reset.
final class Network: Sendable {
    enum Weather: Sendable {
        case fair
        /// A dumb proxy: the kernel here takes and acknowledges every byte, and nobody passes it on.
        case swallowing
        /// A cut cable: what comes is dropped before the kernel sees it, and nothing is acknowledged.
        case cut
    }

    let port: Int
    private let target: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private static let backlog: Int32 = 128

    private struct State {
        /// Of connections to come.
        var weather = Weather.fair
        var links: [Link] = []
    }

    init(to target: Int) throws {
        self.target = UInt16(target)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard let port = Loopback.bind(listener, port: 0), listen(listener, Self.backlog) == 0 else {
            throw TestFailure("the network has no port")
        }
        self.port = Int(port)
        Self.thread {
            while true {  // Ends: with the listener.
                let client = accept(self.listener, nil, nil)
                guard client >= 0 else { return }
                self.join(client)
            }
        }
    }

    /// Everybody comes through here from now on.
    func uri(of cluster: FaultCluster) -> String {
        "host=127.0.0.1 port=\(port) user=\(FaultCluster.user) dbname=\(FaultCluster.database)"
    }

    /// Happens to every connection that is open now; those that come later have fair weather, unless `lasting`.
    func strike(_ weather: Weather, lasting: Bool = false) {
        let links = state.withLock { state in
            if lasting { state.weather = weather }
            return state.links
        }
        for link in links { link.suffer(weather) }
    }

    /// Connections to come are served again. Those that suffered stay as they are.
    func clear() {
        state.withLock { $0.weather = .fair }
    }

    /// Ends everything.
    func end() {
        let links = state.withLock { $0.links }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        for link in links { link.end() }
    }

    /// A thread of its own at once: those of a queue that many share come one by one.
    private static func thread(_ body: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "test.network").async(execute: body)
    }

    private func join(_ client: Int32) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let isConnected = Loopback.with(port: target) { connect(server, $0, $1) == 0 }
        guard isConnected else {
            close(server)
            close(client)
            return
        }
        let link = Link(client: client, server: server)
        let weather = state.withLock { state in
            state.links.append(link)
            return state.weather
        }
        link.suffer(weather)
        Self.thread { link.pump(from: client, to: server) }
        Self.thread { link.pump(from: server, to: client) }
    }
}

/// One connection through the network. Its sockets stay open until the end: a number is never another's meanwhile.
private final class Link: Sendable {
    private let client: Int32
    private let server: Int32
    private let weather = Mutex(Network.Weather.fair)

    init(client: Int32, server: Int32) {
        self.client = client
        self.server = server
    }

    deinit {
        close(client)
        close(server)
    }

    func suffer(_ new: Network.Weather) {
        weather.withLock { weather in
            if case .fair = weather { weather = new }
        }
        guard case .cut = new else { return }
        for socket in [client, server] { Self.dropEverything(on: socket) }
    }

    func end() {
        shutdown(client, Int32(SHUT_RDWR))
        shutdown(server, Int32(SHUT_RDWR))
    }

    func pump(from source: Int32, to sink: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {  // Ends: with the connection.
            let count = read(source, &buffer, buffer.count)
            let isFair = weather.withLock { weather in
                if case .fair = weather { return true }
                return false
            }
            guard count > 0 else {
                // In bad weather an end is not passed on either.
                if isFair { shutdown(sink, Int32(SHUT_WR)) }
                return
            }
            guard isFair else { continue }
            var sent = 0
            while sent < count {  // Ends: each turn sends.
                let now = buffer[sent..<count].withUnsafeBytes {
                    send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard now > 0 else { return }
                sent += now
            }
        }
    }

    /// A socket filter that lets nothing pass: segments are dropped before TCP sees them, so nothing is acknowledged.
    private static func dropEverything(on socket: Int32) {
        // struct sock_filter { code: BPF_RET | BPF_K, jt, jf, k: 0 bytes to keep } and struct sock_fprog.
        var instruction: (UInt16, UInt8, UInt8, UInt32) = (0x06, 0, 0, 0)
        withUnsafeMutablePointer(to: &instruction) { pointer in
            var program = (UInt64(1), UnsafeMutableRawPointer(pointer))
            let length = socklen_t(MemoryLayout.size(ofValue: program))
            _ = setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, length)
        }
    }
}
