import Glibc

/// Tells the service manager what the daemon does, by `NOTIFY_SOCKET`. Without one, sending does nothing.
package struct ServiceNotifier: Sendable {
    private let address: String?

    package init(environment: [String: String]) {
        let value = environment["NOTIFY_SOCKET"] ?? ""
        address = value.isEmpty ? nil : value
    }

    /// Whether there is a service manager that asked to be told.
    package var isSupervised: Bool { address != nil }

    /// Sends all states in one datagram, so that the manager sees them at once.
    ///
    /// Waits at most a tenth of a second for room in the manager's queue. An error is the caller's to log, once: a
    /// daemon that cannot tell its manager goes on working.
    package func send(_ states: [ServiceState]) throws(NotifyError) {
        guard let address, !states.isEmpty else { return }
        let message = states.map(\.assignment).joined(separator: "\n")
        try NotifyAddress(address).send(Array(message.utf8))
    }
}

/// An address of a datagram socket: `/path` or `@abstract`.
private struct NotifyAddress {
    /// systemd throws away what is longer.
    private static let messageBytesMax = 4_096
    private static let roomTimeout = timeval(tv_sec: 0, tv_usec: 100_000)
    private static let interruptionsMax = 10

    private let text: String
    private var address = sockaddr_un()
    private var length: socklen_t = 0

    init(_ text: String) throws(NotifyError) {
        self.text = text
        var bytes = Array(text.utf8)
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        guard isAbstract || bytes[0] == UInt8(ascii: "/"), bytes.count > 1, !bytes.contains(0) else {
            throw NotifyError(
                code: .badAddress, path: text, reason: "it is neither an absolute path nor an abstract name",
                fix: "leave NOTIFY_SOCKET to the service manager; other kinds, such as vsock, are not spoken")
        }
        // The kernel wants a path ended by a zero byte, and an abstract name begun by one.
        if isAbstract { bytes[0] = 0 } else { bytes.append(0) }
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count <= capacity else {
            throw NotifyError(
                code: .badAddress, path: text, reason: "it is longer than the \(capacity - 1) bytes of a socket's name",
                fix: "use a shorter path for NOTIFY_SOCKET")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + bytes.count)
    }

    func send(_ message: [UInt8]) throws(NotifyError) {
        guard message.count < Self.messageBytesMax else {
            throw NotifyError(
                code: .tooLarge, path: text,
                reason: "the message has \(message.count) bytes, less than \(Self.messageBytesMax) are taken",
                fix: "send fewer states at once")
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var timeout = Self.roomTimeout
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        for _ in 0..<Self.interruptionsMax {
            let problem = sendOnce(message, on: descriptor)
            if problem == 0 { return }
            guard problem == EINTR else { throw failure(problem) }
        }
        throw failure(EINTR)
    }

    /// The error number, or zero.
    private func sendOnce(_ message: [UInt8], on descriptor: Int32) -> Int32 {
        let sent = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), generic, length)
            }
        }
        return sent == message.count ? 0 : errno
    }

    private func failure(_ number: Int32) -> NotifyError {
        let reason = SystemFailure.text(number)
        switch number {
        case ENOENT, ECONNREFUSED, ENOTDIR:
            return NotifyError(
                code: .gone, path: text, reason: "nobody listens there (\(reason))",
                fix: "the manager may be restarting; if it stays so, restart the service")
        case EAGAIN, ENOBUFS, EINTR:
            return NotifyError(
                code: .busy, path: text, reason: "its queue is full (\(reason))",
                fix: "the manager is busy; the next message will tell it")
        default:
            return NotifyError(
                code: .refused(number), path: text, reason: reason,
                fix: "check NotifyAccess= of the unit, and that its sandbox leaves Unix sockets (AF_UNIX) open")
        }
    }
}
