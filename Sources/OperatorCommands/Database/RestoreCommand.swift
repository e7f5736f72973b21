import ArgumentParser
import Audit
import Config
import EmbeddedPostgres
import Postgres

/// `restore`: puts a backup in the place of what the database holds.
struct RestoreCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Puts a backup in the place of what the database holds.",
        discussion: """
            An empty database is filled at once. Where something is, nothing is changed without --apply: the plan shows
            what would go, and its digest; with --apply DIGEST that very plan is carried out, all of it or nothing.
            No daemon may live on the database. The key that the backup's audit was signed with is needed: audit.key of
            the daemon that the backup is of. Money that moved since the backup is not in it: compare with the
            providers before the daemon starts.
            """)

    @Argument(help: "What `bursarctl backup` wrote.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("Replace what the plan with this digest shows.", valueName: "digest"))
    var apply: String?

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
        let target = try DatabaseTarget(loaded, stateDirectory: cluster.stateDirectory)
        let restorer = Restorer(
            keys: try keys.keys(stateDirectory: stateDirectory), reason: reason,
            actor: .ofThisProcess(environment: session.environment))
        let report = try await withAddress(of: target) { address in
            try await DatabaseTarget.connected(to: address, as: "bursarctl restore") { connection in
                try await restorer.restore(FilePath.absolute(file), to: address, connection, applying: apply)
            }
        }
        let stream = session.terminal.output
        if wantsJSON { try stream.json(report) } else { try stream.write(report.text(for: stream)) }
        return report.isSound ? .success : .bad
    }

    /// An embedded database is held for the time, so that no daemon starts on it; one that runs lets nobody hold it.
    private func withAddress<T: Sendable>(
        of target: DatabaseTarget, _ body: (PostgresAddress) async throws -> T
    ) async throws -> T {
        guard case .embedded(let cluster) = target else { return try await target.withAddress(body) }
        do {
            return try await DatabaseTarget.started(cluster, body)
        } catch let error as EmbeddedClusterError where error.code == .inUse {
            throw CommandFailure(
                .bad, "a daemon lives on this database: \(error.what)", hint: Restorer.stopHint)
        } catch let error as EmbeddedClusterError {
            throw CommandFailure(error)
        }
    }
}
