import Synchronization

/// The socket's file once it is in its place.
final class Published: Sendable {
    private let identity = Mutex<SocketIdentity?>(nil)

    var value: SocketIdentity? { identity.withLock { $0 } }

    func set(_ identity: SocketIdentity?) {
        self.identity.withLock { $0 = identity }
    }
}
