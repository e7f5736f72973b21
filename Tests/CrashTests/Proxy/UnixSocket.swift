import Dispatch
import Glibc

/// Sockets in the file system, without waiting.
enum UnixSocket {
    static func listen(at path: String) throws(SystemCallFailed) -> Int32 {
        let descriptor = try make(at: path) { bind($0, $1, $2) }
        guard Glibc.listen(descriptor, 64) == 0 else { throw SystemCallFailed(call: "listen", code: errno) }
        return descriptor
    }

    static func connect(to path: String) throws(SystemCallFailed) -> Int32 {
        try make(at: path) { Glibc.connect($0, $1, $2) }
    }

    /// The next client; nil when none waits.
    static func accept(_ listener: Int32) -> Int32? {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { return nil }
        isolate(descriptor)
        return descriptor
    }

    /// Waits for a client. False when nobody listens any more.
    static func waits(for listener: Int32) -> Bool {
        var entry = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, -1) > 0 && Int32(entry.revents) == POLLIN
    }

    /// What comes before the first line feed; nil when the other side ends first.
    static func line(from descriptor: Int32) async -> String? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var bytes: [UInt8] = []
                var byte: UInt8 = 0
                var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                // Ends: with the line, or with the other side.
                while poll(&entry, 1, -1) > 0, recv(descriptor, &byte, 1, 0) == 1 {
                    if byte == UInt8(ascii: "\n") {
                        return continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
                    }
                    bytes.append(byte)
                }
                continuation.resume(returning: nil)
            }
        }
    }

    static func send(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// The reading and the writing end of a pipe.
    static func pipe() throws(SystemCallFailed) -> (Int32, Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw SystemCallFailed(call: "pipe", code: errno) }
        ends.forEach(isolate)
        return (ends[0], ends[1])
    }

    /// Nothing waits for it, and no child inherits it.
    private static func isolate(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    private static func make(
        at path: String, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(SystemCallFailed) -> Int32 {
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
        guard status == 0 else {
            let code = errno
            close(descriptor)
            throw SystemCallFailed(call: path, code: code)
        }
        isolate(descriptor)
        return descriptor
    }
}

struct SystemCallFailed: Error {
    let call: String
    let code: Int32
}
