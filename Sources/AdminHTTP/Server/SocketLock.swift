import Glibc
import Synchronization

/// A lock on a file, which the kernel lets go of when the process ends, however it ends.
///
/// The file stays: removing it would let two processes lock two files of the same name.
final class SocketLock: Sendable {
    private let descriptor: Mutex<Int32?>

    private static let waitMax = Duration.seconds(5)
    private static let pause = Duration.milliseconds(25)

    /// Waits a moment for whoever holds it.
    init(_ path: String) async throws {
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        descriptor = Mutex(opened)
        guard opened >= 0 else {
            throw SocketFileError(
                what: "the socket's lock cannot be opened: \(String(cString: strerror(errno)))", place: path,
                hint: "look at who owns it and its directory")
        }
        let clock = ContinuousClock()
        let deadline = clock.now + Self.waitMax
        while flock(opened, LOCK_EX | LOCK_NB) != 0 {
            guard clock.now < deadline else {
                throw SocketFileError(
                    what: "another daemon is starting with the same socket", place: path,
                    hint: "wait for it, or stop it")
            }
            try await clock.sleep(for: Self.pause)
        }
    }

    deinit { release() }

    /// Lets the next one look. May be called again.
    func release() {
        let held = descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
        if let held, held >= 0 { close(held) }
    }
}
