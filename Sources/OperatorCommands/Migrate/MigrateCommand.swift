import ArgumentParser
import Audit
import Config
import EmbeddedPostgres
import Migrations
import Postgres

/// `migrate`: brings the database's schema to this build's.
struct MigrateCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Brings the database's schema forward to this build's.",
        discussion: """
            The daemon migrates an embedded database itself when it starts. If none runs, it is started here, migrated
            and stopped. What was applied is written into the audit if its key can be read; into one that no daemon has
            put its key to yet, only by a key that is named. Exit status 76 when the
            schema is newer than this build, or was altered.
            """)

    @Flag(help: "Only say what would be applied.")
    var dryRun = false

    @Option(help: "Why, for the audit.", transform: ArgumentReading.reason)
    var reason: String?

    @OptionGroup var keys: AuditKeyOptions
    @OptionGroup var cluster: StateDirectoryOptions
    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let loaded = try source.load(in: session)
        let stateDirectory = cluster.stateDirectory ?? DatabaseTarget.stateDirectory(of: loaded)
        let book = MigrationBook(
            key: try keys.newest(stateDirectory: stateDirectory), isKeyNamed: keys.isNamed, reason: reason,
            actor: .ofThisProcess(environment: session.environment))
        let report: MigrationReport
        switch try DatabaseTarget(loaded, stateDirectory: cluster.stateDirectory) {
        case .external(let address): report = try await migrate(address, book)
        case .embedded(let cluster): report = try await migrate(cluster, book)
        }
        if let complaint = report.complaint { try session.terminal.error.line(complaint) }
        let stream = session.terminal.output
        if wantsJSON { try stream.json(report) } else { try stream.write(report.text) }
        return .success
    }

    private func migrate(_ address: PostgresAddress, _ book: MigrationBook) async throws -> MigrationReport {
        try await withConnection(to: address) { try await migrate(on: $0, address, book) }
    }

    private func withConnection<T: Sendable>(
        to address: PostgresAddress, _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        try await DatabaseTarget.connected(to: address, as: "bursarctl migrate", body)
    }

    private func migrate(
        on connection: PostgresConnection, _ address: PostgresAddress, _ book: MigrationBook
    ) async throws -> MigrationReport {
        let migrator = Migrator(migrations: Migration.all)
        guard dryRun else {
            let applied = try await migrator.migrate(on: connection)
            var report = MigrationReport(
                database: "\(address)", applied: applied, pending: [], latest: migrator.migrations.last)
            report.complaint = await book.write(applied, on: connection)
            return report
        }
        let pending: [Migration]
        switch try await migrator.state(on: connection) {
        case .current: pending = []
        case .missing: pending = migrator.migrations
        case .behind(let versions): pending = migrator.migrations.filter { versions.contains($0.version) }
        case .ahead, .altered:
            try await migrator.requireCurrent(on: connection)
            pending = []
        }
        return MigrationReport(database: "\(address)", applied: [], pending: pending, latest: migrator.migrations.last)
    }

    private func migrate(_ cluster: EmbeddedCluster, _ book: MigrationBook) async throws -> MigrationReport {
        do {
            switch try cluster.status() {
            case .running, .unready: return try await requireCurrent(try PostgresAddress(uri: cluster.uri))
            case .absent, .stopped: break
            }
            let address = try PostgresAddress(uri: try await cluster.start())
            let result: Result<MigrationReport, any Error>
            do { result = .success(try await migrate(address, book)) } catch { result = .failure(error) }
            try await cluster.stop()
            return try result.get()
        } catch let error as EmbeddedClusterError {
            throw CommandFailure(error)
        }
    }

    /// A daemon runs the cluster, so it has migrated it; unless it is of another build.
    private func requireCurrent(_ address: PostgresAddress) async throws -> MigrationReport {
        try await withConnection(to: address) { connection in
            let migrator = Migrator(migrations: Migration.all)
            do {
                try await migrator.requireCurrent(on: connection)
            } catch let error as PostgresError where error.code == .schema {
                throw CommandFailure(
                    .schema, "a daemon runs the embedded database under another schema: \(error.message)",
                    hint: "restart the daemon with this build; it migrates its own database when it starts")
            }
            return MigrationReport(database: "\(address)", applied: [], pending: [], latest: migrator.migrations.last)
        }
    }
}
