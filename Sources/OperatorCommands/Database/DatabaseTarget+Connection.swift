import Audit
import EmbeddedPostgres
import Postgres

extension DatabaseTarget {
    /// Calls `body` with a connection. An embedded database that does not run is started for its time.
    func withConnection<T: Sendable>(
        as name: String, _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        try await withAddress { try await Self.connected(to: $0, as: name, body) }
    }

    /// Calls `body` with the address. An embedded database that does not run is started for its time.
    func withAddress<T: Sendable>(_ body: (PostgresAddress) async throws -> T) async throws -> T {
        switch self {
        case .external(let address): return try await body(address)
        case .embedded(let cluster):
            do {
                switch try cluster.status() {
                case .running, .unready: return try await body(try PostgresAddress(uri: cluster.uri))
                case .absent:
                    throw CommandFailure(
                        .configuration, "there is no embedded database here: \(cluster.uri)",
                        hint: "name the daemon's with --state-directory, or its configuration with --config")
                case .stopped: return try await Self.started(cluster, body)
                }
            } catch let error as EmbeddedClusterError {
                throw CommandFailure(error)
            }
        }
    }

    /// Starts a cluster, which fails while a daemon holds it, for the time of `body`.
    static func started<T: Sendable>(
        _ cluster: EmbeddedCluster, _ body: (PostgresAddress) async throws -> T
    ) async throws -> T {
        let address = try PostgresAddress(uri: try await cluster.start())
        let result: Result<T, any Error>
        do { result = .success(try await body(address)) } catch { result = .failure(error) }
        try await cluster.stop()
        return try result.get()
    }

    /// Calls `body` with a connection to an address. What goes wrong with it, and with what it needs, is told here.
    static func connected<T: Sendable>(
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
        } catch let error as EmbeddedClusterError {
            // PostgreSQL's programs, which databases elsewhere need too.
            throw CommandFailure(error)
        } catch let error as AuditFileError {
            throw CommandFailure(error)
        } catch let error as AuditKeyMismatch {
            throw CommandFailure(.permission, "\(error)", hint: "name the right key by --key")
        }
    }
}
