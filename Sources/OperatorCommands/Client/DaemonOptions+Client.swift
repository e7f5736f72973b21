import Config
import Glibc

extension DaemonOptions {
    /// Calls `body` with the API of the daemon that is meant.
    func withClient<T>(in session: Session, _ body: (AdminClient) async throws -> T) async throws -> T {
        try await AdminClient.with(try socketPath(in: session), body)
    }

    /// Reads the configuration only when it may matter. A default file that cannot be read is passed over: operators
    /// who may use the socket need not be allowed to read it.
    func socketPath(in session: Session) throws(CommandFailure) -> SocketPath {
        let isNamed = socket != nil || !(session.environment["BURSAR_SOCKET"] ?? "").isEmpty
        let loaded = isNamed ? nil : try configuration.loadIfPresent(in: session)
        return SocketPath.resolve(
            option: socket, environment: session.environment, configured: loaded, exists: { access($0, F_OK) == 0 })
    }
}
