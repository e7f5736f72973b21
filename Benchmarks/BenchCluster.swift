import EmbeddedPostgres
import Glibc
import Migrations
import Postgres

/// A durable cluster of its own for a bench, with the schema, removed afterwards.
enum BenchCluster {
    /// - Parameter parameters: further settings of the server.
    static func with<T>(
        _ parameters: [String: String] = [:], _ body: (PostgresAddress, String) async throws -> T
    ) async throws -> T {
        let directory = "/tmp/bursar-bench-\(getpid())"
        var settings = ClusterSettings()
        settings.parameters = ["max_wal_size": "4GB", "shared_buffers": "1GB", "checkpoint_timeout": "30min"]
        settings.parameters.merge(parameters) { $1 }
        let cluster = try EmbeddedCluster(directory: directory, settings: settings)
        let uri = try await cluster.start()
        let address = try PostgresAddress(uri: uri)
        do {
            let connection = try await PostgresConnection.connect(to: address)
            _ = try await Migrator(migrations: Migration.all).migrate(on: connection)
            await connection.close()
            let value = try await body(address, uri)
            try await cluster.stop()
            system("rm -rf '\(directory)'")
            return value
        } catch {
            try? await cluster.stop()
            system("rm -rf '\(directory)'")
            throw error
        }
    }

    /// Runs a shell command and returns the seconds it took; traps when it fails, since its figure would be worthless.
    static func seconds(_ command: String) -> Double {
        var status: Int32 = 0
        let elapsed = ContinuousClock().measure { status = system(command) }
        precondition(status == 0, "the shell command failed: \(command)")
        return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    }

    @discardableResult
    private static func system(_ command: String) -> Int32 {
        Glibc.system(command)
    }
}
