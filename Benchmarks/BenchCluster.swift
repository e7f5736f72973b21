import EmbeddedPostgres
import Glibc
import Migrations
import Postgres
import Synchronization

/// A durable cluster of its own for a bench, with the schema, removed afterwards.
enum BenchCluster {
    /// What a server with this memory is usually given; no setting that makes a commit less durable.
    static let parameters = ["max_wal_size": "4GB", "shared_buffers": "512MB"]

    private static let count = Atomic(0)

    /// - Parameter parameters: further settings of the server.
    static func with<T>(
        _ parameters: [String: String] = [:], _ body: (PostgresAddress, String) async throws -> T
    ) async throws -> T {
        let number = count.add(1, ordering: .relaxed).newValue
        let directory = "/tmp/bursar-bench-\(getpid())-\(number)"
        var settings = ClusterSettings()
        settings.parameters = Self.parameters.merging(parameters) { $1 }
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

    /// The same with a connection to prepare and to look with, and the server's process. BURSAR_BENCH_STATEMENTS=1
    /// tells afterwards what the server's time went into, at the price of a slower server.
    static func database<T>(_ body: (BenchDatabase) async throws -> T) async throws -> T {
        let isTold = BenchScale.setting("BURSAR_BENCH_STATEMENTS", default: 0) > 0
        return try await with(isTold ? StatementTimes.parameters : [:]) { address, uri in
            let control = try await PostgresConnection.connect(to: address)
            let file = try await control.value("select pg_read_file('postmaster.pid')", as: String.self)
            guard let postmaster = file.split(separator: "\n").first.flatMap({ pid_t($0) }) else {
                throw BenchFailure("the server's process is not known")
            }
            if isTold { try await control.script(StatementTimes.extending) }
            let value = try await body(
                BenchDatabase(address: address, uri: uri, control: control, postmaster: postmaster))
            if isTold { try await StatementTimes.tell(control) }
            await control.close()
            return value
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

/// A bench's cluster while it runs.
struct BenchDatabase: Sendable {
    let address: PostgresAddress
    let uri: String
    /// Fills tables and looks at them, outside of what is measured.
    let control: PostgresConnection
    let postmaster: pid_t

    /// Statistics and a checkpoint, so that no round pays for what came before it.
    func settle() async throws {
        try await control.execute("vacuum analyze")
        try await control.execute("checkpoint")
    }
}
