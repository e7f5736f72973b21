import AdminAPI
import ArgumentParser
import Audit
import Config
import EmbeddedPostgres
import Postgres
import Primitives

/// `backup`: the whole database in one file, written down in the audit.
struct BackupCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Writes the whole database into a file, as it is at one instant.",
        discussion: """
            The daemon may run meanwhile. The file is read back once before it gets its name, and it is readable to you
            alone: it holds everything, though not the key of the audit, which you keep beside it. Brought back by
            `bursarctl restore`.
            """)

    @Argument(help: "The file; nothing may be there yet.", completion: .file())
    var file: String

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
        let writer = BackupWriter(
            keys: try keys.keys(stateDirectory: stateDirectory), areKeysNamed: keys.isNamed, reason: reason,
            actor: .ofThisProcess(environment: session.environment))
        let report = try await target.withAddress { address in
            try await DatabaseTarget.connected(to: address, as: "bursarctl backup") { connection in
                try await writer.write(FilePath.absolute(file), of: address, connection)
            }
        }
        let stream = session.terminal.output
        if wantsJSON { try stream.json(report) } else { try stream.write(report.text(for: stream)) }
        return .success
    }
}

/// What a backup is.
struct BackupReport: Encodable, Sendable {
    let file: String
    let at: Instant
    let size: IntegerText
    let sha256: String
    let schemaVersion: Int
    /// The newest entry of the audit in it.
    let auditSequence: IntegerText

    private enum CodingKeys: String, CodingKey {
        case file, at, size, sha256
        case schemaVersion = "schema_version"
        case auditSequence = "audit_sequence"
    }

    func text(for stream: TextStream) -> String {
        var facts = Facts()
        facts.add("file", printable(file))
        facts.add("as of", TimeText.instant(at))
        facts.add("size", "\(size) bytes")
        facts.add("sha256", sha256)
        facts.add("schema", "\(schemaVersion)")
        facts.add("audit", "to entry \(auditSequence)")
        return facts.text(for: stream)
    }
}
