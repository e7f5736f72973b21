import ArgumentParser
import Audit
import Config
import Migrations
import Postgres

/// `audit verify`: whether the audit is as it was written. Asks no daemon: its work may be what is verified.
struct AuditVerify: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Finds the first place at which the audit is not as it was written.",
        discussion: """
            Needs the key of the audit, or each one if it was changed. Anchors, which the daemon signs every minute,
            show what was cut off or put back: those of the state directory, or a file with lines of the journal.
            Exit status 0 when the audit is whole, 1 when it was changed, 77 when a key cannot be
            read or none is this audit's.
            """)

    @Option(
        name: [.customLong("anchors"), .customLong("anchor")],
        help: ArgumentHelp(
            "A file with anchors, whatever else stands in it; may be given again.",
            discussion: "Default: audit-anchors.log of the state directory.", valueName: "file"),
        completion: .file())
    var anchors: [String] = []

    @OptionGroup var keys: AuditKeyOptions
    @OptionGroup var cluster: StateDirectoryOptions
    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let loaded = try source.load(in: session)
        let target = try DatabaseTarget(loaded, stateDirectory: cluster.stateDirectory)
        let directory = cluster.stateDirectory ?? DatabaseTarget.stateDirectory(of: loaded)
        let keys = try keys.keys(stateDirectory: directory)
        // Before the database is read: an anchor of the meantime would be newer than what is verified.
        let anchors = try readAnchors(stateDirectory: directory)
        let verdict = try await target.withConnection(as: "bursarctl audit verify") { connection in
            try await Migrator(migrations: Migration.all).requireCurrent(on: connection)
            return try await AuditVerification(keys: keys, anchors: anchors).run(on: connection)
        }
        if let foreign = verdict.foreignKey {
            throw CommandFailure(
                .permission, "none of the keys given is this audit's (fingerprint \(printable(foreign)))",
                details: ["given: " + keys.map(\.fingerprint).joined(separator: ", ")],
                hint: "name audit.key of the daemon that wrote it, by --key")
        }
        let stream = session.terminal.output
        if wantsJSON {
            try stream.json(AuditReport(verdict, keys: keys, damages: anchors.damages))
        } else {
            try stream.write(AuditVerdictText(verdict, damages: anchors.damages).text(for: stream))
        }
        return verdict.breakage == nil ? .success : .bad
    }

    private func readAnchors(stateDirectory: String) throws(CommandFailure) -> AnchorFile {
        do throws(AuditFileError) {
            guard !anchors.isEmpty else {
                return try AnchorLog(stateDirectory + "/" + AnchorLog.name).read() ?? AnchorFile()
            }
            var all = AnchorFile()
            for path in anchors {
                guard let file = try AnchorFile.read(path) else {
                    throw AuditFileError(
                        place: path, reason: "there is no such file",
                        fix: "without --anchors those of the state directory are taken")
                }
                all.append(file)
            }
            return all
        } catch {
            throw CommandFailure(error)
        }
    }
}
