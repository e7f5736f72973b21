import AdminAPI
import Audit
import EmbeddedPostgres
import Postgres
import Primitives

/// Dumps a database into a file, reads the file back, gives it its name and writes that down.
struct BackupWriter: Sendable {
    let keys: [AuditKey]
    /// Whether the operator named them: only then may one become the one of an audit that is nobody's yet.
    let areKeysNamed: Bool
    let reason: String?
    let actor: Actor

    /// What a dump waits for a table that somebody alters.
    private static let lockWait = "60s"

    func write(
        _ path: String, of address: PostgresAddress, _ connection: PostgresConnection
    ) async throws -> BackupReport {
        let trail = try await trail(on: connection)
        let programs = try await ProgramSettings.programs(for: connection)
        let draft = try BackupDraft(path)
        let settings = ProgramSettings.of(address)
        let descriptor = draft.descriptor
        let facts = try await connection.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
            try await transaction.setStatementTimeout(nil)
            guard let facts = try await transaction.first(SnapshotFacts()) else { throw Self.nothingThere }
            let outcome = try await programs.run(
                .dump, ["--format=custom", "--no-password", "--lock-wait-timeout=\(Self.lockWait)",
                    "--snapshot=\(facts.snapshot)"], settings: settings, into: descriptor)
            guard outcome.isSuccess else {
                throw CommandFailure(
                    .unavailable, "pg_dump failed: \(outcome.excerpt)", hint: "nothing was left behind; try again")
            }
            return facts
        }
        let check = try await programs.run(
            .restore, ["--file=/dev/null", draft.processPath], settings: [:])
        guard check.isSuccess else {
            throw CommandFailure(
                .io, "the backup cannot be read back: \(check.excerpt)", hint: "check the disk that \(path) is on")
        }
        let digest = try FileDigest(of: draft.descriptor, at: path)
        try draft.publish()
        do {
            try await record(facts, path, digest, by: trail, on: connection)
        } catch let error as PostgresError where error.code == .commitUnknown {
            guard try await isRecorded(digest, path, address) else {
                draft.withdraw()
                throw error
            }
        } catch {
            // What is not written down is no backup.
            draft.withdraw()
            throw error
        }
        return BackupReport(
            file: path, at: facts.at, size: IntegerText(digest.size), sha256: digest.text,
            schemaVersion: facts.schemaVersion, auditSequence: IntegerText(facts.auditSequence))
    }

    /// The trail under the chain's own key, which must be at hand before anything is begun.
    private func trail(on connection: PostgresConnection) async throws -> AuditTrail {
        let isThere = try await connection.value("select to_regclass('bursar.audit_head') is not null", as: Bool.self)
        guard isThere else { throw Self.nothingThere }
        let fingerprint = try await connection.first(AuditHead.Read())?.fingerprint
        guard areKeysNamed || fingerprint != nil else {
            throw CommandFailure(
                .permission, "no daemon has put its key to the audit of this database yet",
                hint: "start the daemon once, or name its key by --key")
        }
        guard let key = keys.first(where: { fingerprint == nil || $0.fingerprint == fingerprint }) else {
            throw CommandFailure(
                .permission,
                "\(AuditKeyMismatch(chain: fingerprint ?? "none", own: keys.first?.fingerprint ?? "none"))",
                hint: "name the right key by --key")
        }
        return AuditTrail(key: key)
    }

    private static let nothingThere = CommandFailure(
        .schema, "this database holds no Bursar, or one that is older than its audit",
        hint: "check `bursarctl db url`; `bursarctl migrate` brings the schema forward")

    private func record(
        _ facts: SnapshotFacts.Output, _ path: String, _ digest: FileDigest, by trail: AuditTrail,
        on connection: PostgresConnection
    ) async throws {
        try await connection.transaction { transaction in
            try await transaction.execute(
                """
                insert into bursar.backup (at, made_by, file, size, sha256, schema_version, audit_sequence)
                values (\(facts.at), \(actor.name), \(path), \(digest.size), \(digest.bytes),
                        \(Int32(facts.schemaVersion)), \(facts.auditSequence))
                """)
            let after = JSONValue.object([
                "file": .text(path), "size": .integer(digest.size), "sha256": .text(digest.text),
                "audit_sequence": .integer(facts.auditSequence),
            ])
            try await trail.record(
                AuditEntry(
                    actor: actor, channel: .commandLine, action: "database.backup", subject: "database",
                    reason: reason, after: String(decoding: try WireJSON.encode(after), as: UTF8.self)),
                in: transaction)
        }
    }
}

extension BackupWriter {
    /// Whether the row of a file is there, asked by a session of its own. When that cannot be told the file stays.
    private func isRecorded(
        _ digest: FileDigest, _ path: String, _ address: PostgresAddress
    ) async throws(CommandFailure) -> Bool {
        do {
            return try await DatabaseTarget.connected(to: address, as: "bursarctl backup") { connection in
                try await connection.transaction { transaction in
                    // A commit that is still under way holds the head: waited for.
                    _ = try await transaction.query("select from bursar.audit_head for update")
                    return try await transaction.value(
                        "select exists (select from bursar.backup where sha256 = \(digest.bytes) and file = \(path))",
                        as: Bool.self)
                }
            }
        } catch {
            throw CommandFailure(
                .unavailable, "\(path) is whole, but whether it is written down cannot be told: \(error)",
                hint: "look into `bursarctl audit list --action database.backup` for its sha256, \(digest.text); "
                    + "if it is not there, remove the file and make another")
        }
    }
}

/// What a backup holds, and by which name pg_dump sees the same.
private struct SnapshotFacts: Statement {
    typealias Output = (snapshot: String, at: Instant, schemaVersion: Int, auditSequence: Int64)

    static let sql = """
        select pg_export_snapshot(), statement_timestamp(), (select max(version) from bursar.schema_history), sequence
        from bursar.audit_head
        """

    static func output(from row: inout Row) throws(PostgresError) -> Output {
        (
            snapshot: try row.next(), at: try row.next(), schemaVersion: try row.next(),
            auditSequence: try row.next()
        )
    }
}
