import Config
import EmbeddedPostgres
import Logging
import Migrations
import Postgres

/// Gets at a database whose schema is current: starts the embedded one, or waits for the one that the configuration
/// names.
struct DatabaseOpening: Sendable {
    let configuration: Configuration
    let logger: Logger

    private static let firstPause = Duration.milliseconds(250)
    private static let longestPause = Duration.seconds(5)

    func open() async throws -> OpenedDatabase {
        guard configuration.database.isEmbedded else {
            let address = try PostgresAddress(uri: configuration.database.url)
            try await prepareSchema(at: address, migrates: false)
            return OpenedDatabase(address: address, cluster: nil)
        }
        let cluster: EmbeddedCluster
        let address: PostgresAddress
        do {
            cluster = try EmbeddedCluster(directory: configuration.embeddedDirectory)
            address = try PostgresAddress(uri: try await cluster.start())
        } catch let error as EmbeddedClusterError {
            throw DaemonFailure(error)
        }
        let opened = OpenedDatabase(address: address, cluster: cluster)
        do {
            try await prepareSchema(at: address, migrates: true)
        } catch {
            await opened.close(logger)
            throw error
        }
        return opened
    }

    private func prepareSchema(at address: PostgresAddress, migrates: Bool) async throws {
        let connection = try await connectWhenUp(address)
        do {
            let migrator = Migrator(migrations: Migration.all)
            if migrates {
                let applied = try await migrator.migrate(on: connection)
                if let last = applied.last {
                    logger.notice("migrated the embedded database", metadata: ["to": "\(last.version) \(last.name)"])
                }
            } else {
                try await migrator.requireCurrent(on: connection)
            }
        } catch let error as PostgresError where error.code == .schema {
            await connection.close()
            throw DaemonFailure(.schema, "\(error)")
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    /// A database that is down is waited for, with a word each time; only being told to stop ends the wait.
    private func connectWhenUp(_ address: PostgresAddress) async throws -> PostgresConnection {
        var pause = Self.firstPause
        while true {
            do {
                return try await PostgresConnection.connect(
                    to: address,
                    options: ConnectionOptions(
                        applicationName: "bursard", perHostTimeout: configuration.database.connectTimeout))
            } catch {
                try Task.checkCancellation()
                logger.warning(
                    "the database cannot be reached; trying again",
                    metadata: ["database": "\(address)", "error": "\(error)", "in": "\(pause)"])
            }
            try await ContinuousClock().sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }
}

extension DaemonFailure {
    /// Only what a restart could mend may be restarted.
    fileprivate init(_ error: EmbeddedClusterError) {
        let exit: Exit =
            switch error.code {
            case .directoryUnusable, .notACluster, .accountMissing, .serverMissing: .config
            case .directoryUnreachable: .permission
            case .majorUnsupported: .schema
            default: .unavailable
            }
        self.init(exit, "\(error)")
    }
}

/// A database with a current schema, and the cluster to stop afterwards if it is the embedded one.
struct OpenedDatabase: Sendable {
    let address: PostgresAddress
    let cluster: EmbeddedCluster?

    func close(_ logger: Logger) async {
        guard let cluster else { return }
        do {
            try await cluster.stop()
        } catch {
            logger.error("the embedded database did not stop", metadata: ["error": "\(error)"])
        }
    }
}
