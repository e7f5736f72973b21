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
    /// What the shell says once the transaction is committed.
    private static let committed = "bursar-restored"

    func restore(
        _ path: String, to address: PostgresAddress, _ connection: PostgresConnection, applying digest: String?
    ) async throws -> RestoreReport {
        let programs = try await ProgramSettings.programs(for: connection)
        let archive = try await BackupArchive(path, with: programs)
        let trail = AuditTrail(key: try key(of: archive))
        try checkVersion(of: archive)
        try await refuseDaemons(connection)
        let plan = try await RestorePlan(of: connection, for: archive)
        if !plan.isEmpty {
            guard let digest else { return RestoreReport(archive, plan: plan) }
            guard digest == plan.digest else {
                throw CommandFailure(
                    .bad, "what would be replaced is not what the plan \(digest) showed",
                    hint: "look at the plan again: without --apply nothing is changed")
            }
        }
        if let failure = try await replace(plan, by: archive, at: address, with: programs) {
            throw try await told(failure, plan, connection)
        }
        try await record(archive, replacing: plan, by: trail, on: connection)
        let verdict = try await AuditVerification(keys: keys, anchors: AnchorFile()).run(on: connection)
        return RestoreReport(archive, verdict: verdict)
    }

    private func key(of archive: BackupArchive) throws(CommandFailure) -> AuditKey {
        let fingerprint = archive.fingerprint
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

    /// A daemon's life is told by its session lock, as daemons tell it of each other.
    private func refuseDaemons(_ connection: PostgresConnection) async throws {
        let isThere = try await connection.value("select to_regclass('bursar.daemon') is not null", as: Bool.self)
        guard isThere else { return }
        guard let daemon = try await connection.first(LivingDaemon()) else { return }
        throw CommandFailure(.bad, "a daemon lives on this database: \(printable(daemon))", hint: Self.stopHint)
    }

    /// What went wrong; nil once the transaction is committed.
    private func replace(
        _ plan: RestorePlan, by archive: BackupArchive, at address: PostgresAddress, with programs: DumpPrograms
    ) async throws -> String? {
        // The commit comes last and only from here: an archive that ends early, or a shell that is killed, commits
        // nothing.
        let outcome = try await programs.script(
            """
            {
                printf '%s\\n' "$3"
                "$1" --no-owner --file=- "$2" && printf '%s\\n' 'commit;' '\\echo \(Self.committed)'
            } | "$4" --no-psqlrc --quiet --no-password --output=/dev/null --set=ON_ERROR_STOP=1
            """,
            [
                programs.path(.restore), archive.path, Self.clearing(plan), programs.path(.shell),
            ], settings: ProgramSettings.of(address))
        let isCommitted = outcome.isSuccess && outcome.output.split(separator: "\n").contains { $0 == Self.committed }
        return isCommitted ? nil : outcome.excerpt
    }

    /// A session that was lost at its commit may have committed: looked at, not guessed.
    private func told(
        _ failure: String, _ plan: RestorePlan, _ connection: PostgresConnection
    ) async throws -> CommandFailure {
        let isThere = try await connection.value("select to_regclass('bursar.audit_head') is not null", as: Bool.self)
        let head = isThere ? try await connection.first(AuditHead.Read()) : nil
        guard head == plan.head else {
            return CommandFailure(
                .unavailable, "the session was lost, and the database is not as it was: \(failure)",
                hint: "restore again: the plan shows what is there now")
        }
        return CommandFailure(
            .unavailable, "the restore failed, and the database is as it was: \(failure)",
            hint: "the database's user must own what is replaced, and nobody may be using it")
    }

    /// Takes away what is there, unless the audit has moved since the plan was made.
    static func clearing(_ plan: RestorePlan) -> String {
        var lines = ["begin;"]
        if let head = plan.head {
            let mac = head.mac.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
            lines.append("lock table bursar.audit_head in access exclusive mode;")
            lines.append(
                """
                do $$ begin
                    if not exists (select from bursar.audit_head where mac = decode('\(mac)', 'hex')) then
                        raise exception 'the database has changed since the plan was made';
                    end if;
                end $$;
                """)
        }
        for schema in plan.schemas where schema != "public" {
            lines.append("drop schema \(quoted(schema)) cascade;")
        }
        if plan.tables.contains(where: { $0.name.hasPrefix("public.") }) {
            lines.append("drop schema public cascade;")
            lines.append("create schema public authorization pg_database_owner;")
            lines.append("grant usage on schema public to public;")
        }
        return lines.joined(separator: "\n")
    }

    private static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

    private func record(
        _ archive: BackupArchive, replacing plan: RestorePlan, by trail: AuditTrail, on connection: PostgresConnection
    ) async throws {
        var before: String?
        if let head = plan.head {
            let value = JSONValue.object(["audit_sequence": .integer(head.sequence), "rows": .integer(plan.rows)])
            before = String(decoding: try WireJSON.encode(value), as: UTF8.self)
        }
        let after = JSONValue.object([
            "file": .text(archive.path), "sha256": .text(archive.digest.text),
            "audit_sequence": .integer(archive.auditSequence),
        ])
        let entry = AuditEntry(
            actor: actor, channel: .commandLine, action: AuditTrail.databaseRestored, subject: "database",
            reason: reason, before: before, after: String(decoding: try WireJSON.encode(after), as: UTF8.self))
        try await connection.transaction { transaction in
            _ = try await trail.record(entry, in: transaction)
        }
    }
}

private struct LivingDaemon: Statement {
    static let sql = """
        select d.host || ', process ' || d.pid from bursar.daemon d
        where d.ended_at is null and exists (
            select from pg_locks l
            where l.locktype = 'advisory' and l.granted and l.objsubid = 1
              and l.database = (select oid from pg_database where datname = current_database())
              and (l.classid::int8 << 32 | l.objid::int8) = d.lock_key)
        order by d.started_at limit 1
        """

    static func output(from row: inout Row) throws(PostgresError) -> String { try row.next() }
}
