import Glibc

/// Whether somebody listens on a Unix socket, found out by a connection that is closed at once.
enum SocketProbe {
    /// Nil when somebody listens; otherwise why not, by the kernel's number.
    static func failure(at path: String) -> Int32? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= SocketPath.lengthMax, !bytes.contains(0) else { return ENAMETOOLONG }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? nil : errno
    }
}

extension SocketPath {
    /// Throws when nobody listens there, with what to do about it.
    func requireListener() throws(CommandFailure) {
        if let code = SocketProbe.failure(at: path) { throw failure(code) }
    }

    /// What the kernel's refusal means to the operator.
    func failure(_ code: Int32) -> CommandFailure {
        let place = "\(path) (from \(origin))"
        let start = "start it with `systemctl start bursard` or `make run`"
        switch code {
        case ENOENT, ENOTDIR:
            return CommandFailure(
                .unavailable, "the daemon does not run: there is no socket \(place)",
                hint: start + ", or name its socket with --socket or BURSAR_SOCKET")
        case ECONNREFUSED:
            return CommandFailure(
                .unavailable, "the daemon does not run: nobody listens on \(place)",
                hint: start + "; the last one ended without removing its socket")
        case EACCES, EPERM:
            return CommandFailure(
                .permission, "this user may not use the daemon's socket \(place)",
                hint: "use sudo, or join the group that owns the socket: `ls -l \(path)` names it")
        case ENAMETOOLONG:
            return CommandFailure(
                .usage, "the socket's path has \(path.utf8.count) bytes, and a socket's has 1 to \(Self.lengthMax)",
                hint: "change into the directory and give a relative path")
        case EAGAIN:
            return CommandFailure(
                .unavailable, "the daemon accepts no connection on \(place): its queue is full",
                hint: "try again; `systemctl status bursard` shows whether it hangs")
        default:
            return CommandFailure(
                .unavailable, "the daemon cannot be reached on \(place): \(String(cString: strerror(code)))",
                hint: "name its socket with --socket or BURSAR_SOCKET")
        }
    }
}
