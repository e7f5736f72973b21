import AdminAPI
import Audit
import EmbeddedPostgres
import Migrations
import Postgres

/// Brings a backup back: looks at the file and at the database, and replaces the one by the other in one transaction.
struct Restorer: Sendable {
    let keys: [AuditKey]
    let reason: String?
    let actor: Actor

    static let stopHint = "stop it first: systemctl stop bursard, on each machine that runs one"

    func restore(
        _ path: String, to address: PostgresAddress, _ connection: PostgresConnection, applying digest: String?
    ) async throws -> RestoreReport {
        let programs = try await ProgramSettings.programs(for: connection)
        let archive = try await BackupArchive(path, with: programs)
        let trail = AuditTrail(key: try key(of: archive))
        try checkVersion(of: archive)
        let daemons = try await refuseDaemons(connection)
        let plan = try await RestorePlan(of: connection, for: archive)
        if !plan.isEmpty {
            guard let digest else { return RestoreReport(archive, plan: plan) }
            guard digest == plan.digest else {
                throw CommandFailure(
                    .bad, "what would be replaced is not what the plan \(digest) showed",
                    hint: "look at the plan again: without --apply nothing is changed")
            }
        }
        // In the restore's own transaction: what nobody could write down would leave anchors that nothing excuses.
        let entry = try trail.script(
            appending: try entry(of: archive, replacing: plan), to: archive.head,
            at: try await connection.value("select clock_timestamp()"))
        let script = RestoreScript(plan: plan, daemons: daemons, entry: entry)
        if let failure = try await replace(by: archive, script, at: address, with: programs) {
            try await checkCommitted(script, failure, connection)
        }
        let verdict = try await AuditVerification(keys: keys, anchors: AnchorFile()).run(on: connection)
        return RestoreReport(archive, verdict: verdict)
    }

    private func key(of archive: BackupArchive) throws(CommandFailure) -> AuditKey {
        let fingerprint = archive.head.fingerprint
        if let key = keys.first(where: { fingerprint == nil || $0.fingerprint == fingerprint }) { return key }
        throw CommandFailure(
            .permission,
            "the audit in \(archive.path) was signed with the key \(fingerprint ?? "none"), which is not given",
            hint: "copy audit.key of the daemon that the backup is of into this state directory, or name it by --key")
    }

    private func checkVersion(of archive: BackupArchive) throws(CommandFailure) {
        guard let latest = Migration.all.last?.version, archive.schemaVersion <= latest else {
            throw CommandFailure(
                .schema, "\(archive.path) is of the newer schema \(archive.schemaVersion)",
                hint: "install the build that made it, or a newer one")
        }
    }

    /// Which daemons there were, none of which lives; nil where none can have lived.
    private func refuseDaemons(_ connection: PostgresConnection) async throws -> String? {
        let isThere = try await connection.value("select to_regclass('bursar.daemon') is not null", as: Bool.self)
        guard isThere else { return nil }
        // In this order: whoever starts after the first look is told by the second, or in the restore's transaction.
        let daemons = try await connection.first(KnownDaemons())
        guard let daemon = try await connection.first(LivingDaemon()) else { return daemons }
        throw CommandFailure(.bad, "a daemon lives on this database: \(printable(daemon))", hint: Self.stopHint)
    }

    /// What went wrong; nil once the transaction is committed.
    private func replace(
        by archive: BackupArchive, _ script: RestoreScript, at address: PostgresAddress, with programs: DumpPrograms
    ) async throws -> String? {
        // The end comes only from here, and only once the archive was read to its end.
        let outcome = try await programs.script(
            """
            {
                printf '%s\\n' "$3"
                "$1" --no-owner --file=- "$2" && printf '%s\\n' "$5"
            } | "$4" --no-psqlrc --quiet --no-password --output=/dev/null --set=ON_ERROR_STOP=1
            """,
            [
                programs.path(.restore), archive.path, script.beginning, programs.path(.shell), script.end,
            ], settings: ProgramSettings.of(address))
        let lines = outcome.output.split(separator: "\n")
        return outcome.isSuccess && lines.contains { $0 == RestoreScript.committed } ? nil : outcome.excerpt
    }

    /// A session that was lost at its commit may have committed: looked at, not guessed.
    private func checkCommitted(
        _ script: RestoreScript, _ failure: String, _ connection: PostgresConnection
    ) async throws {
        let isThere = try await connection.value("select to_regclass('bursar.audit_head') is not null", as: Bool.self)
        let head = isThere ? try await connection.first(AuditHead.Read()) : nil
        if head == script.entry.head { return }
        guard head == script.plan.head else {
            throw CommandFailure(
                .unavailable, "the restore failed, and the database is not as the plan showed it: \(failure)",
                hint: "restore again: the plan shows what is there now")
        }
        throw CommandFailure(
            .unavailable, "the restore failed, and the database is as it was: \(failure)",
            hint: "no daemon may live on it; the database's user must own what is replaced, and nobody may be using it")
    }

    private func entry(of archive: BackupArchive, replacing plan: RestorePlan) throws -> AuditEntry {
        var before: String?
        if let head = plan.head {
            let value = JSONValue.object(["audit_sequence": .integer(head.sequence), "rows": .integer(plan.rows)])
            before = String(decoding: try WireJSON.encode(value), as: UTF8.self)
        }
        let after = JSONValue.object([
            "file": .text(archive.path), "sha256": .text(archive.digest.text),
            "audit_sequence": .integer(archive.head.sequence),
        ])
        return AuditEntry(
            actor: actor, channel: .commandLine, action: AuditTrail.databaseRestored, subject: "database",
            reason: reason, before: before, after: String(decoding: try WireJSON.encode(after), as: UTF8.self))
    }
}
