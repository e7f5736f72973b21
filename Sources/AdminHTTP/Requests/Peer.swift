import Audit
import Glibc
import NIOCore

/// The user at the other end of a Unix socket, as the kernel knows it.
struct Peer: Sendable, Hashable {
    let uid: UInt32
    /// Nil when the system has no name for it.
    let name: String?

    /// What is written down as the one who asked.
    var source: String { "operator " + (name ?? "uid \(uid)") }

    /// As the kernel lays them out (`struct ucred`, unix(7)).
    private struct Credentials: Sendable {
        var pid: Int32 = 0
        var uid: UInt32 = 0
        var gid: UInt32 = 0
    }

    /// Asks the kernel for the credentials that the peer had when it connected.
    static func of(_ channel: any Channel) async -> Peer? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        let credentials: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        guard let found = try? await credentials.get() else { return nil }
        return Peer(uid: found.uid, name: Actor.accountName(found.uid))
    }
}
