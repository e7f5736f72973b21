import Glibc

/// The file of a Unix socket: taken only when nobody listens on it, in place only once somebody does.
///
/// The server binds beside it; when it listens with the right mode, the new socket is moved over the old in one step.
/// A file beside it is locked meanwhile, so that of two daemons that start together one finds the other's socket alive.
struct SocketFile: Sendable {
    let path: String
    /// Where the server binds first: as long as a path may be, a path of that length included.
    var bindPath: String { (path.utf8.count < Self.lengthMax ? path : String(path.dropLast())) + "~" }

    private let directory: String

    private static let lockSuffix = ".lock"
    /// The most bytes of a path that SwiftNIO takes, at either end; the kernel would take 107 (unix(7)).
    private static let lengthMax = 103
    private static let mode: mode_t = 0o660
    private static let directoryMode: mode_t = 0o750

    init(_ path: String) throws(SocketFileError) {
        guard !path.isEmpty, path.utf8.count <= Self.lengthMax, !path.utf8.contains(0) else {
            throw SocketFileError(
                what: "the socket's path has \(path.utf8.count) bytes", place: path,
                hint: "set admin.socket to a path of 1 to \(Self.lengthMax) bytes")
        }
        self.path = path
        directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// Makes the directory, and makes sure that nobody listens on the path.
    ///
    /// Release the result once the socket is in its place: until then no other daemon looks at it.
    func claim() async throws -> SocketLock {
        if mkdir(directory, Self.directoryMode) != 0, errno != EEXIST {
            throw failure(
                "the socket's directory cannot be made", errno, hint: "make it, or set admin.socket to another path")
        }
        let lock = try await SocketLock(path + Self.lockSuffix)
        try refuseListener()
        try removeLeftover(bindPath)
        return lock
    }

    /// Puts the socket that the server bound into its place, with its mode.
    func publish() throws(SocketFileError) {
        guard chmod(bindPath, Self.mode) == 0, rename(bindPath, path) == 0 else {
            throw failure("the socket cannot be put into its place", errno, hint: "look at who owns \(directory)")
        }
    }

    /// The file's number, to tell later whether it is still ours.
    var identity: SocketIdentity? { SocketIdentity(path) }

    /// Removes the socket unless another daemon has put its own there.
    func remove(_ identity: SocketIdentity?) {
        if let identity, SocketIdentity(path) == identity { unlink(path) }
    }

    private func refuseListener() throws(SocketFileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else {
                throw failure("the socket's path cannot be looked at", errno, hint: "check the path")
            }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw SocketFileError(
                what: "a file that is no socket is in the way", place: path,
                hint: "remove it, or set admin.socket to another path")
        }
        guard Self.isListening(path) else { return }
        throw SocketFileError(
            what: "another daemon listens on the socket", place: path,
            hint: "stop it first: `systemctl stop bursard`; or give this one its own admin.socket", isTaken: true)
    }

    private func removeLeftover(_ path: String) throws(SocketFileError) {
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw failure("what an earlier start left cannot be removed", errno, hint: "remove \(path)")
    }

    private func failure(_ what: String, _ code: Int32, hint: String) -> SocketFileError {
        SocketFileError(what: "\(what): \(String(cString: strerror(code)))", place: path, hint: hint)
    }

    /// Whether somebody accepts connections there; true in doubt, since a live daemon's socket must not be taken.
    private static func isListening(_ path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { Glibc.close(descriptor) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 || (errno != ECONNREFUSED && errno != ENOENT)
    }
}

/// Which file a path leads to.
struct SocketIdentity: Sendable, Hashable {
    private let device: dev_t
    private let inode: ino_t

    init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        device = status.st_dev
        inode = status.st_ino
    }
}

/// Why the admin socket cannot be had: what, where, and how to fix it.
package struct SocketFileError: Error, Sendable, Hashable, CustomStringConvertible {
    package let what: String
    package let place: String
    package let hint: String
    /// Another daemon listens there: it may be gone soon.
    package var isTaken = false

    package var description: String { "\(place): \(what). Hint: \(hint)" }
}
