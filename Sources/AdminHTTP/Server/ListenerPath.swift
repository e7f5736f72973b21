import Glibc

/// Where clients find a listening socket that somebody else bound.
enum ListenerPath {
    /// The path of a Unix socket's file; nil for any other socket, and for one without a file.
    static func of(_ descriptor: CInt) -> String? {
        var name = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0, Int32(name.sun_family) == AF_UNIX else { return nil }
        let bytes = withUnsafeBytes(of: name.sun_path) { Array($0.prefix { $0 != 0 }) }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
