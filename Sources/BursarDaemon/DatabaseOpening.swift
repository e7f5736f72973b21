import Config
import EmbeddedPostgres
import Events
import JobsPostgres
import Logging
import Migrations
import Postgres
import Primitives

/// Gets at a database whose schema is current: starts the embedded one, or waits for the one that the configuration
/// names.
struct DatabaseOpening: Sendable {
    let configuration: Configuration
    /// Of a credential.
    let password: String?
    let supervision: Supervision
    let logger: Logger

    private static let firstPause = Duration.milliseconds(250)
    private static let longestPause = Duration.seconds(5)

    func open() async throws -> OpenedDatabase {
        guard configuration.database.isEmbedded else {
            let address = try address()
            _ = try await prepareSchema(at: address, migrates: false)
            return OpenedDatabase(address: address, cluster: nil)
        }
        supervision.reporter.starting("the embedded database")
        let cluster: EmbeddedCluster
        let address: PostgresAddress
        do {
            cluster = try EmbeddedCluster(directory: configuration.embeddedDirectory)
            address = try PostgresAddress(uri: try await cluster.start())
        } catch let error as EmbeddedClusterError {
            throw DaemonFailure(error)
        }
        var opened = OpenedDatabase(address: address, cluster: cluster)
        do {
            opened.migrated = try await prepareSchema(at: address, migrates: true)
        } catch {
            await opened.close(logger)
            throw error
        }
        return opened
    }

    /// As configured, with the credential's password where it names none.
    private func address() throws -> PostgresAddress {
        let address = try PostgresAddress(uri: configuration.database.url)
        guard let password, address["password"] == nil else { return address }
        return address.setting("password", to: password)
    }

    /// Returns what was applied. A connection that breaks meanwhile is as good as one that was not had yet.
    private func prepareSchema(at address: PostgresAddress, migrates: Bool) async throws -> [Migration] {
        while true {
            do {
                return try await prepareOnce(at: address, migrates: migrates)
            } catch let error as PostgresError where error.isUnavailability || error.isTransient {
                supervision.withhold(.schema, "\(error)", logger: logger)
            }
            try await ContinuousClock().sleep(for: Self.longestPause)
        }
    }

    private func prepareOnce(at address: PostgresAddress, migrates: Bool) async throws -> [Migration] {
        let connection = try await connectWhenUp(address)
        supervision.meet(.database)
        var applied: [Migration] = []
        do {
            let migrator = Migrator(migrations: Migration.all)
            if migrates {
                applied = try await migrator.migrate(on: connection)
                if let last = applied.last {
                    logger.event(.embeddedMigrated, "migrated the embedded database to \(last.version) \(last.name)")
                }
            } else {
                try await migrator.requireCurrent(on: connection)
            }
            supervision.meet(.schema)
            try await tellOfJobsInFlight(on: connection)
        } catch let error as PostgresError where error.code == .schema {
            await connection.close()
            throw DaemonFailure(.schema, "\(error)")
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        return applied
    }

    /// A daemon that was killed could not say what it was at.
    private func tellOfJobsInFlight(on connection: PostgresConnection) async throws {
        for job in try await connection.run(LeftInFlight(host: HostName.current)) {
            var metadata: Logger.Metadata = [
                "job": "\(job.id)", "kind": "\(job.kind)", "attempt": "\(job.attempt)",
                "daemon_pid": "\(job.daemonPID)", "last_beat": "\(job.lastBeat.rfc3339)",
            ]
            if let run = job.run { metadata["run"] = "\(run)" }
            logger.event(
                .inFlightFoundAtStart,
                "job \(job.id) was in flight when process \(job.daemonPID) ended without a word; it will be retaken",
                metadata: metadata)
        }
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
                logger.event(
                    .databaseWaitedForAtStart, "the database cannot be reached; trying again in \(pause)",
                    metadata: ["database": "\(address)", "error": "\(error)"])
                supervision.withhold(.database, "\(error)", logger: logger)
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
    /// What the daemon applied to the schema just now.
    var migrated: [Migration] = []

    func close(_ logger: Logger) async {
        guard let cluster else { return }
        do {
            try await cluster.stop()
        } catch {
            logger.event(.embeddedStopFailed, "the embedded database did not stop", metadata: ["error": "\(error)"])
        }
    }
}
