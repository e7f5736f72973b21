import Config
import EmbeddedPostgres
import Glibc
import Postgres

/// The database that the configuration means.
enum DatabaseTarget {
    case external(PostgresAddress)
    case embedded(EmbeddedCluster)

    /// Where `make run` keeps its cluster, beside the sources.
    private static let localDirectory = ".run"

    /// - Parameter stateDirectory: goes before the configuration; the embedded cluster in it is meant.
    init(_ loaded: LoadedConfiguration, stateDirectory: String?) throws(CommandFailure) {
        let configuration = loaded.configuration
        guard stateDirectory != nil || configuration.database.isEmbedded else {
            do {
                self = .external(try PostgresAddress(uri: configuration.database.url))
            } catch {
                throw CommandFailure(.configuration, "database.url: \(error.message)", hint: error.hint)
            }
            return
        }
        do {
            let directory = Configuration.embeddedDirectory(under: stateDirectory ?? Self.stateDirectory(of: loaded))
            self = .embedded(try EmbeddedCluster(directory: directory))
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The configured directory; that of a `make run` here when an embedded database is meant, and the configured
    /// directory is only the default and holds none. What lies here says nothing of a database elsewhere.
    static func stateDirectory(of loaded: LoadedConfiguration) -> String {
        let directory = loaded.configuration.stateDirectory
        guard loaded.configuration.database.isEmbedded else { return directory }
        let isSet = loaded.rows.contains { $0.path == "state_directory" && $0.origin != .builtIn }
        func holdsCluster(_ directory: String) -> Bool {
            access(Configuration.embeddedDirectory(under: directory), F_OK) == 0
        }
        return !isSet && !holdsCluster(directory) && holdsCluster(localDirectory) ? localDirectory : directory
    }
}

extension CommandFailure {
    /// Why the embedded database cannot be used.
    init(_ error: EmbeddedClusterError) {
        let status: CommandStatus =
            switch error.code {
            case .directoryUnusable, .notACluster, .accountMissing: .configuration
            case .directoryUnreachable: .permission
            case .majorUnsupported: .schema
            default: .unavailable
            }
        self.init(status, "\(error.place): \(error.what)", hint: error.hint)
    }

    /// Why the database cannot be used.
    init(_ error: PostgresError, database: String) {
        let status: CommandStatus =
            switch error.code {
            case .authenticationFailed, .insufficientPrivilege: .permission
            case .schema, .undefinedObject: .schema
            case .connectionFailed, .connectionLost, .commitUnknown, .timeout, .poolUnavailable: .unavailable
            default: .bug
            }
        self.init(status, error.description, details: ["database: \(database)"])
    }
}
