import EmbeddedPostgres
import Postgres

extension DatabaseTarget {
    /// Calls `body` with a connection. An embedded database that does not run is started for its time.
    func withConnection<T: Sendable>(
        as name: String, _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        switch self {
        case .external(let address):
            return try await Self.connected(to: address, as: name, body)
        case .embedded(let cluster):
            do {
                return try await Self.running(cluster, as: name, body)
            } catch let error as EmbeddedClusterError {
                throw CommandFailure(error)
            }
        }
    }

    private static func running<T: Sendable>(
        _ cluster: EmbeddedCluster, as name: String, _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        switch try cluster.status() {
        case .running, .unready:
            return try await connected(to: try PostgresAddress(uri: cluster.uri), as: name, body)
        case .absent:
            throw CommandFailure(
                .configuration, "there is no embedded database here: \(cluster.uri)",
                hint: "name the daemon's with --state-directory, or its configuration with --config")
        case .stopped:
            let address = try PostgresAddress(uri: try await cluster.start())
            let result: Result<T, any Error>
            do { result = .success(try await connected(to: address, as: name, body)) } catch { result = .failure(error) }
            try await cluster.stop()
            return try result.get()
        }
    }

    private static func connected<T: Sendable>(
        to address: PostgresAddress, as name: String, _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        do {
            let connection = try await PostgresConnection.connect(
                to: address, options: ConnectionOptions(applicationName: name))
            let result: Result<T, any Error>
            do { result = .success(try await body(connection)) } catch { result = .failure(error) }
            await connection.close()
            return try result.get()
        } catch let error as PostgresError {
            throw CommandFailure(error, database: "\(address)")
        }
    }
}
