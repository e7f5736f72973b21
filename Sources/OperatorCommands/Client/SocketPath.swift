import Config

/// Where the daemon's Unix socket is looked for.
struct SocketPath: Sendable, Hashable {
    let path: String
    /// Where the path was taken from, for messages.
    let origin: String

    /// Where `make run` puts it, beside the sources.
    static let local = ".run/bursar.sock"
    /// The most bytes of a path that SwiftNIO takes; the kernel would take 107 (unix(7)).
    static let lengthMax = 103

    /// The first of: the option, BURSAR_SOCKET, the configuration's `admin.socket`, and when there is no socket at that
    /// default but one of a `make run` in this directory, that.
    static func resolve(
        option: String?, environment: [String: String], configured: LoadedConfiguration?, exists: (String) -> Bool
    ) -> SocketPath {
        if let option { return SocketPath(path: option, origin: "--socket") }
        if let variable = environment["BURSAR_SOCKET"], !variable.isEmpty {
            return SocketPath(path: variable, origin: "BURSAR_SOCKET")
        }
        if let row = configured?.rows.first(where: { $0.path == "admin.socket" }), row.origin != .builtIn {
            return SocketPath(path: "\(row.value)", origin: "\(row.origin)")
        }
        let standard = Configuration().admin.socket
        if !exists(standard), exists(local) { return SocketPath(path: local, origin: "a daemon of `make run` here") }
        return SocketPath(path: standard, origin: "the default")
    }
}
