import Glibc

/// Standard input, read in large pieces.
package struct InputStream: Sendable {
    private let descriptor: Int32

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Appends what is there to `buffer`, at most `limit` bytes. Waits for the first byte; false at the end.
    func read(into buffer: inout [UInt8], limit: Int) throws(CommandFailure) -> Bool {
        while true {
            var count = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: limit) { bytes, filled in
                count = Glibc.read(descriptor, bytes.baseAddress, limit)
                filled = max(count, 0)
            }
            if count > 0 {
                buffer += chunk
                return true
            }
            if count == 0 { return false }
            guard errno == EINTR || errno == EAGAIN else {
                throw CommandFailure(.io, "standard input cannot be read: \(String(cString: strerror(errno)))")
            }
            if errno == EAGAIN { wait() }
        }
    }

    /// Whether a read would return at once: more is there, or the end.
    var isReady: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    private func wait() {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, -1)
    }
}
