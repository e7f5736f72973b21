import Glibc

/// A service manager's end of NOTIFY_SOCKET.
final class DatagramReceiver: Sendable {
    /// As it stands in NOTIFY_SOCKET.
    let address: String
    let descriptor: Int32

    /// Binds a socket at `/path` or `@abstract`.
    init(_ address: String) {
        self.address = address
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        Self.with(address) { name, length in
            precondition(bind(descriptor, name, length) == 0, "\(address) cannot be bound")
        }
    }

    deinit {
        close(descriptor)
    }

    /// The datagrams that wait, each as text. A sent one is here at once: there is nothing to wait for.
    func waiting() -> [String] {
        var messages: [String] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count >= 0 else { return messages }
            messages.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }

    /// Sends until nothing more fits.
    func fill() {
        let sender = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(sender) }
        Self.with(address) { name, length in
            var sent = 0
            while sent >= 0 { sent = sendto(sender, "x", 1, Int32(MSG_DONTWAIT), name, length) }
        }
    }

    private static func with(_ address: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Void) {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(address.utf8)
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 } else { bytes.append(0) }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
