import Glibc

/// A lock on a file, which the kernel lets go of when the process ends, however it ends.
///
/// The file stays: removing it would let two processes lock two files of the same name.
struct SocketLock: Sendable {
    private let descriptor: Int32

    private static let waitMax = Duration.seconds(5)
    private static let pause = Duration.milliseconds(25)

    /// Waits a moment for whoever holds it.
    static func take(_ path: String) async throws -> SocketLock {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw SocketFileError(
                what: "the socket's lock cannot be opened: \(String(cString: strerror(errno)))", place: path,
                hint: "look at who owns it and its directory")
        }
        let clock = ContinuousClock()
        let deadline = clock.now + waitMax
        do {
            while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                guard clock.now < deadline else {
                    throw SocketFileError(
                        what: "another daemon is starting with the same socket", place: path,
                        hint: "wait for it, or stop it")
                }
                try await clock.sleep(for: pause)
            }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        return SocketLock(descriptor: descriptor)
    }

    func close() {
        Glibc.close(descriptor)
    }
}
