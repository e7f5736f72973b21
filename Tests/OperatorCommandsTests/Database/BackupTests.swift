import Audit
import DatabaseTestSupport
import Glibc
import OperatorCommands
import Postgres
import Testing

@Suite struct BackupTests {
    @Test func `a backup is readable to its maker alone, and written down`() async throws {
        try await withDatabase { database in
            let source = try await BackedUpDatabase(database)
            let result = await source.tool.run("backup", source.file, "--reason", "before the upgrade")
            #expect(result.status == .success, "\(result.error)")
            #expect(result.output.contains("to entry 7\n"))
            var status = stat()
            #expect(stat(source.file, &status) == 0 && status.st_mode & 0o777 == 0o600)
            #expect(BackedUpDatabase.files(in: source.state.directory) == ["audit.key", "backup"])

            let connection = try await PostgresConnection.connect(to: database.address)
            let row = try await connection.query(
                "select file, size, encode(sha256, 'hex'), audit_sequence from bursar.backup")
            var kept = try #require(row.first)
            #expect(try kept.next(String.self) == source.file)
            #expect(try kept.next(Int64.self) == Int64(status.st_size))
            let digest = try kept.next(String.self)
            #expect(result.output.contains(digest))
            #expect(try kept.next(Int64.self) == 7)
            let entry = try await connection.auditRecords(AuditFilter(action: "database.backup"), before: nil, limit: 1)
            #expect(entry.records.first?.sequence == 8 && entry.records.first?.reason == "before the upgrade")
            #expect(entry.records.first?.after?.contains(digest) == true)
            #expect(await source.tool.run("audit", "verify").status == .success)
        }
    }

    @Test func `a file that is there is never replaced`() async throws {
        try await withDatabase { database in
            let source = try await BackedUpDatabase(database)
            #expect(await source.tool.run("backup", source.file).status == .success)
            let again = await source.tool.run("backup", source.file, "--json")
            #expect(again.status == .bad && again.error.contains("is there already"))
            let nowhere = await source.tool.run("backup", source.state.directory + "/none/backup")
            #expect(nowhere.status == .io && nowhere.error.contains("No such file or directory"))
        }
    }

    @Test func `a backup that is interrupted leaves no file`() async throws {
        try await withDatabase { database in
            let source = try await BackedUpDatabase(database)
            let holder = try await PostgresConnection.connect(to: database.address)
            try await holder.transaction { transaction in
                try await transaction.script("lock table investments.students in access exclusive mode")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = await source.tool.run("backup", source.file) }
                    try await database.waitForLockWaiter()
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
            #expect(BackedUpDatabase.files(in: source.state.directory) == ["audit.key"])
            let connection = try await PostgresConnection.connect(to: database.address)
            #expect(try await connection.value("select count(*) from bursar.backup", as: Int.self) == 0)
            #expect(await source.tool.run("backup", source.file).status == .success)
        }
    }

    @Test func `a backup whose record was lost at the commit leaves no file`() async throws {
        try await withDatabase { database in
            let source = try await BackedUpDatabase(database)
            let connection = try await PostgresConnection.connect(to: database.address)
            try await connection.script(
                """
                create function bursar.end_session() returns trigger language plpgsql as
                    $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
                create constraint trigger end_session after insert on bursar.backup
                    deferrable initially deferred for each row execute function bursar.end_session();
                """)
            let lost = await source.tool.run("backup", source.file)
            #expect(lost.status == .unavailable, "\(lost.error)")
            #expect(BackedUpDatabase.files(in: source.state.directory) == ["audit.key"])
        }
    }

    @Test func `without the key of the audit there is no backup`() async throws {
        try await withDatabase { database in
            let source = try await BackedUpDatabase(database)
            let other = try AuditedState()
            let result = await other.tool(database).run("backup", source.file)
            #expect(result.status == .permission && result.error.contains("audit.key"))
            #expect(BackedUpDatabase.files(in: source.state.directory) == ["audit.key"])
        }
    }

    @Test func `a database without Bursar is not backed up`() async throws {
        try await withEmptyDatabase { database in
            let state = try AuditedState()
            let result = await state.tool(database).run("backup", state.directory + "/backup")
            #expect(result.status == .schema && result.error.contains("holds no Bursar"))
        }
    }
}
