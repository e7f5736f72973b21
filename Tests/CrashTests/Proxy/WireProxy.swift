import DatabaseTestSupport
import Dispatch
import Glibc
import Postgres
import Synchronization

/// Stands between one worker and PostgreSQL, passes everything on, and stops the session that reaches a boundary until
/// it is told how to go on.
final class WireProxy: Sendable {
    /// A stop that has been reached.
    struct Stop: Sendable {
        /// The server's process behind the session; zero before it has said so.
        let backendPID: Int32
    }

    /// Where the worker connects to.
    let address: PostgresAddress
    /// The directory of its socket, for a URI.
    let directory: String
    /// The stop, once; ends when the proxy does.
    let stops: AsyncStream<Stop>
    private let stopped: AsyncStream<Stop>.Continuation
    private let shared: Mutex<Shared>
    private let listener: Int32
    /// A pipe: a byte in it says that there are orders.
    private let (woken, wake): (Int32, Int32)
    private let target: String

    private struct Shared {
        var watch: BoundaryWatch
        var orders: [Order] = []
        var isOver = false
        /// A call to the company that is stopped, and one that is under way.
        var stoppedCall: CheckedContinuation<WireSession.Verdict, Never>?
        var delayedCall: CheckedContinuation<Void, Never>?
    }

    private enum Order {
        /// How the stopped session goes on.
        case resume(WireSession.Verdict)
        /// A delayed request arrives.
        case deliver
        /// All sessions, and those to come, fall silent.
        case silenceAll
        case end
    }

    init(to server: PostgresAddress, stopAt boundary: Boundary? = nil) throws {
        let file = ".s.PGSQL.\(server["port"] ?? "5432")"
        directory = try Scratch.path("wire")
        guard mkdir(directory, 0o755) == 0 else { throw SystemCallFailed(call: "mkdir", code: errno) }
        listener = try UnixSocket.listen(at: "\(directory)/\(file)")
        (woken, wake) = try UnixSocket.pipe()
        target = "\(server["host"] ?? "")/\(file)"
        address = server.setting("host", to: directory)
        shared = Mutex(Shared(watch: BoundaryWatch(target: boundary)))
        (stops, stopped) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
        DispatchQueue(label: "crash.proxy").async { self.serve() }
    }

    /// How often the worker sent which statement so far.
    var visits: [String: Int] { shared.withLock { $0.watch.visits } }

    func resume(_ verdict: WireSession.Verdict) { post(.resume(verdict)) }

    /// Has a delayed request reach the server.
    func deliver() { post(.deliver) }

    func silenceAll() { post(.silenceAll) }

    /// Closes every session and serves no more.
    func end() { post(.end) }

    private func post(_ order: Order) {
        shared.withLock { shared in
            guard !shared.isOver else { return }
            shared.orders.append(order)
            if case .end = order { shared.isOver = true }
            var byte: UInt8 = 1
            write(wake, &byte, 1)
        }
    }

    /// The one thread: takes orders, and moves bytes.
    private func serve() {
        var links: [WireLink] = []
        var isSilent = false
        while true {  // Ends: with the order to.
            var entries = [pollfd(fd: woken, events: Int16(POLLIN), revents: 0)]
            entries.append(pollfd(fd: listener, events: Int16(POLLIN), revents: 0))
            for link in links { entries += link.pollEntries }
            guard poll(&entries, nfds_t(entries.count), -1) > 0 else { continue }
            if entries[0].revents != 0 { drainWake() }
            for order in shared.withLock({ shared in
                defer { shared.orders = [] }; return shared.orders
            }) {
                switch order {
                case .resume(let verdict): resumeStopped(verdict, &links)
                case .deliver:
                    shared.withLock { shared in
                        for index in links.indices { links[index].session.deliver(&shared.watch) }
                    }
                    deliverCall()
                case .silenceAll:
                    isSilent = true
                    resumeCall(.silence)
                    shared.withLock { shared in
                        for index in links.indices { links[index].session.resume(.silence, &shared.watch) }
                    }
                case .end: return close(links)
                }
            }
            for index in links.indices { move(&links[index]) }
            links.removeAll { $0.isClosed }
            while let client = UnixSocket.accept(listener) {  // Ends: none waits.
                links.append(WireLink(client: client, to: target, isSilent: isSilent))
            }
        }
    }

    private func drainWake() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(woken, &bytes, bytes.count) > 0 {}  // Ends: the pipe is empty.
    }

    private func move(_ link: inout WireLink) {
        let isStopped = shared.withLock { link.move(&$0.watch) }
        if isStopped {
            link.isStopped = true
            stopped.yield(Stop(backendPID: link.session.backendPID))
        }
    }

    private func resumeStopped(_ verdict: WireSession.Verdict, _ links: inout [WireLink]) {
        resumeCall(verdict)
        for index in links.indices where links[index].isStopped {
            links[index].isStopped = false
            shared.withLock { links[index].session.resume(verdict, &$0.watch) }
        }
    }

    private func close(_ links: [WireLink]) {
        for var link in links { link.close() }
        resumeCall(.cut)
        deliverCall()
        stopped.finish()
        Glibc.close(listener)
        Glibc.close(wake)
        Glibc.close(woken)
    }
}

// MARK: Calls to another company, which are boundaries as well

extension WireProxy {
    /// Counts a visit of a call. Returns where to stop it.
    func visit(_ call: String) -> Boundary.Moment? {
        shared.withLock { $0.watch.visit(call) }
    }

    /// Stops a call until told how it goes on.
    func stopOutside() async -> WireSession.Verdict {
        await withCheckedContinuation { continuation in
            let isOver = shared.withLock { shared in
                if !shared.isOver { shared.stoppedCall = continuation }
                return shared.isOver
            }
            if isOver { return continuation.resume(returning: .cut) }
            stopped.yield(Stop(backendPID: 0))
        }
    }

    /// Waits until a call that was cut off arrives.
    func untilDelivered() async {
        await withCheckedContinuation { continuation in
            let isOver = shared.withLock { shared in
                if !shared.isOver { shared.delayedCall = continuation }
                return shared.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    private func resumeCall(_ verdict: WireSession.Verdict) {
        let call = shared.withLock { shared in
            defer { shared.stoppedCall = nil }
            return shared.stoppedCall
        }
        call?.resume(returning: verdict)
    }

    private func deliverCall() {
        let call = shared.withLock { shared in
            defer { shared.delayedCall = nil }
            return shared.delayedCall
        }
        call?.resume()
    }
}
