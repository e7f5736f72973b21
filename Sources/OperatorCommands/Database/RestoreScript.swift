import Audit
import Primitives

/// What a restore says to the database before the archive's own statements, and after them.
struct RestoreScript: Sendable {
    let plan: RestorePlan
    /// What `KnownDaemons` said; nil where none can have lived.
    let daemons: String?
    /// Says in the audit that comes back that it was brought back.
    let entry: AuditTrail.Script

    /// What the shell says once the transaction is committed.
    static let committed = "bursar-restored"

    /// Takes away what is there, unless a daemon lives or something has moved since the plan was made. Nobody can come
    /// in between: what a daemon begins with, and all it writes, waits for the locks.
    var beginning: String {
        var lines = ["begin;"]
        let held = ["bursar.daemon", "bursar.run", "bursar.audit_head"].filter(plan.holds)
        if !held.isEmpty {
            lines.append("lock table \(held.joined(separator: ", ")) in access exclusive mode;")
            lines.append("do $$ declare daemon text; begin")
            lines += checks
            lines.append("end $$;")
        }
        for schema in plan.goingSchemas where schema != RestorePlan.publicSchema {
            lines.append("drop schema \(Self.quoted(schema)) cascade;")
        }
        if plan.goingSchemas.contains(RestorePlan.publicSchema) {
            lines.append("drop schema public cascade;")
            lines.append("create schema public authorization pg_database_owner;")
            lines.append("grant usage on schema public to public;")
        }
        return lines.joined(separator: "\n")
    }

    /// The entry, and the commit: an archive that ends early, or a shell that is killed, commits nothing.
    var end: String {
        [entry.sql, "commit;", "\\echo \(Self.committed)"].joined(separator: "\n")
    }

    private var checks: [String] {
        var checks: [String] = []
        if let daemons, plan.holds("bursar.daemon") {
            checks.append(
                """
                    daemon := (\(LivingDaemon.sql));
                    if daemon is not null then
                        raise exception 'a daemon lives on this database: %', daemon;
                    end if;
                """)
            checks.append(Self.refusal(unless: "(\(KnownDaemons.sql)) = '\(daemons)'"))
        }
        if plan.holds("bursar.run") {
            let run = plan.newestRun.map { "'\($0)'" } ?? "null"
            checks.append(Self.refusal(unless: "(\(NewestRun.sql)) is not distinct from \(run)"))
        }
        if let head = plan.head {
            let mac = Hexadecimal.text(head.mac)
            checks.append(
                Self.refusal(unless: "exists (select from bursar.audit_head where mac = decode('\(mac)', 'hex'))"))
        }
        return checks
    }

    private static func refusal(unless condition: String) -> String {
        """
            if not (\(condition)) then
                raise exception 'the database has changed since the plan was made';
            end if;
        """
    }

    private static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}
