import EmbeddedPostgres
import Migrations
import Postgres
import Synchronization

/// The cluster of this test process. The watchdog ends it; nobody else needs to.
final class TestServer: Sendable {
    static let shared = Once { try await TestServer() }

    /// Held for its lock on the directory.
    private let cluster: EmbeddedCluster
    private let address: PostgresAddress
    private let uri: String
    /// Clones are made on one session and dropped on another, so that no test's end waits for another's beginning.
    private let making: PostgresConnection
    private let dropping: PostgresConnection
    private let template: Once<String>
    private let lastNumber = Mutex(0)

    private init() async throws {
        var settings = ClusterSettings()
        settings.isDurable = false
        settings.maxConnections = 300
        settings.parameters = [
            "autovacuum": "off",
            // Dropping a database looks through all buffers, and checkpoints.
            "shared_buffers": "64MB",
            "checkpoint_timeout": "1h",
            "min_wal_size": "64MB",
            "max_wal_size": "512MB",
            // In the directory that the watchdog removes.
            "dynamic_shared_memory_type": "mmap",
        ]
        let cluster = try EmbeddedCluster(directory: Scratch.path("server"), settings: settings)
        let uri = try await cluster.start()
        let address = try PostgresAddress(uri: uri)
        let making = try await PostgresConnection.connect(to: address)
        self.cluster = cluster
        self.address = address
        self.uri = uri
        self.making = making
        dropping = try await PostgresConnection.connect(to: address)
        template = Once { try await Self.makeTemplate(on: making, at: address) }
    }

    func makeMigrated() async throws -> TestDatabase {
        try await make(from: template.value())
    }

    func makeEmpty() async throws -> TestDatabase {
        try await make(from: "template1")
    }

    func drop(_ database: TestDatabase) async throws {
        try await dropping.execute("DROP DATABASE \(identifier: database.name) WITH (FORCE)")
    }

    private func make(from template: String) async throws -> TestDatabase {
        let number = lastNumber.withLock { number in
            number += 1
            return number
        }
        let name = "test_\(number)"
        // Copied file by file: through the log it would cost a few megabytes of it each time.
        try await making.execute(
            "CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: template) STRATEGY file_copy")
        return TestDatabase(
            name: name, uri: uri.replacing("/bursar?", with: "/\(name)?", maxReplacements: 1),
            address: address.setting("dbname", to: name))
    }

    private static func makeTemplate(
        on making: PostgresConnection, at address: PostgresAddress
    ) async throws -> String {
        let name = "migrated"
        try await making.execute("CREATE DATABASE \(identifier: name)")
        let connection = try await PostgresConnection.connect(to: address.setting("dbname", to: name))
        _ = try await Migrator(migrations: Migration.all).migrate(on: connection)
        await connection.close()
        // A connection to it would make every clone wait.
        try await making.execute("ALTER DATABASE \(identifier: name) ALLOW_CONNECTIONS false")
        return name
    }
}
