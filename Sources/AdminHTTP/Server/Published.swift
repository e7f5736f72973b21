import Synchronization

/// What became of the socket's file once the server was bound.
final class Published: Sendable {
    private let outcome = Mutex<Result<SocketIdentity?, any Error>?>(nil)

    /// The file in its place; nil before, and when it never came there.
    var identity: SocketIdentity? {
        outcome.withLock { outcome in
            guard case .success(let identity) = outcome else { return nil }
            return identity
        }
    }

    func settle(_ result: Result<SocketIdentity?, any Error>) {
        outcome.withLock { $0 = result }
    }

    /// Throws why the file could not be put into its place.
    func check() throws {
        _ = try outcome.withLock { $0 }?.get()
    }
}
