import Glibc

/// A socket that the service manager opened for the daemon, so that no connection is refused while it restarts.
package struct ListenDescriptor: Sendable, Hashable {
    /// `FileDescriptorName=` of the socket unit, or the unit's name.
    package let name: String
    package let descriptor: Int32

    /// Whether it is a stream socket, of whatever family, that accepts connections.
    package var acceptsConnections: Bool {
        option(SO_TYPE) == Int32(SOCK_STREAM.rawValue) && option(SO_ACCEPTCONN) == 1
    }

    /// Whether it is a Unix socket: only processes of this machine can connect, and the kernel names their user.
    package var isLocal: Bool { option(SO_DOMAIN) == AF_UNIX }

    private func option(_ name: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }

    /// The first descriptor that the manager hands over.
    package static let firstDescriptor: Int32 = 3
    private static let countMax = 1_024

    /// The descriptors handed to this process, in the order of the socket unit; none if they are for another one.
    ///
    /// From now on no child inherits them. Whoever takes them closes them.
    package static func take(
        environment: [String: String], first: Int32 = firstDescriptor
    ) throws(ListenError) -> [ListenDescriptor] {
        guard let process = environment["LISTEN_PID"], pid_t(process) == getpid() else { return [] }
        guard let text = environment["LISTEN_FDS"] else { return [] }
        guard let count = Int(text), (0...countMax).contains(count) else {
            throw ListenError(variable: "LISTEN_FDS", value: text, reason: "it is no number from 0 to \(countMax)")
        }
        let names = try names(of: count, in: environment)
        var taken: [ListenDescriptor] = []
        for (offset, name) in names.enumerated() {
            let descriptor = first + Int32(offset)
            let flags = fcntl(descriptor, F_GETFD)
            guard flags >= 0, fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) >= 0 else {
                throw ListenError(
                    variable: "LISTEN_FDS", value: text, reason: "descriptor \(descriptor) (\(name)) is not open")
            }
            taken.append(ListenDescriptor(name: name, descriptor: descriptor))
        }
        return taken
    }

    private static func names(of count: Int, in environment: [String: String]) throws(ListenError) -> [String] {
        guard let text = environment["LISTEN_FDNAMES"] else { return Array(repeating: "unknown", count: count) }
        let names = count == 0 && text.isEmpty ? [] : text.split(separator: ":", omittingEmptySubsequences: false)
        guard names.count == count else {
            throw ListenError(
                variable: "LISTEN_FDNAMES", value: text, reason: "it has \(names.count) names for \(count) descriptors")
        }
        return names.map { $0.isEmpty ? "unknown" : String($0) }
    }
}

/// Why handed-over sockets cannot be used.
package struct ListenError: Error, Sendable, Hashable, CustomStringConvertible {
    package let variable: String
    package let value: String
    package let reason: String

    package var fix: String {
        "start the daemon by its socket unit, or without \(variable) to let it open its own socket"
    }

    package var description: String { "\(variable)=\(value): \(reason); \(fix)" }
}
