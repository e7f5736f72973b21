import Audit
import DatabaseTestSupport
import OperatorCommands
import Postgres
import Testing

@Suite struct RestoreTransactionTests {
    @Test(arguments: [
        (
            "a daemon lives on this database: pay2, process 813",
            """
            insert into bursar.daemon (id, host, pid, build, lock_key, kinds, started_at, beat_at)
            values (gen_random_uuid(), 'pay2', 813, 'test', 4712, '{}', now(), now());
            select pg_advisory_lock(4712);
            """
        ),
        (
            "the database has changed since the plan was made",
            """
            insert into bursar.daemon (id, host, pid, build, lock_key, kinds, started_at, beat_at, ended_at)
            values (gen_random_uuid(), 'pay2', 813, 'test', 4712, '{}', now(), now(), now());
            """
        ),
        (
            "the database has changed since the plan was made",
            """
            insert into bursar.run (execution_id, job_id, kind, trigger, source, created_at)
            values (gen_random_uuid(), 9, 'test.work', 'manual', 'a test', now());
            """
        ),
    ])
    func `what begins while a restore waits for its locks is seen`(_ said: String, _ sql: String) async throws {
        try await withDatabase { database in
            let source = try await BackedUpDatabase(database)
            #expect(await source.tool.run("backup", source.file).status == .success)
            let plan = await source.tool.run("restore", source.file)
            let digest = try #require(plan.output.split(separator: " ").last?.split(separator: "\n").first)
            let holder = try await PostgresConnection.connect(to: database.address)
            let (held, signal) = AsyncStream<Void>.makeStream()
            async let holding: Void = holder.transaction { transaction in
                defer { signal.finish() }
                try await transaction.script("lock table bursar.daemon in row exclusive mode")
                signal.finish()
                try await database.waitForLockWaiter()
                try await transaction.script(sql)
            }
            for await _ in held {}
            let result = await source.tool.run("restore", source.file, "--apply", String(digest))
            try await holding
            #expect(result.status == .unavailable && result.error.contains(said), "\(result.error)")
            #expect(result.error.contains("the database is as it was"))
        }
    }

    @Test func `what cannot be written down is not restored`() async throws {
        try await withDatabase { database in
            let source = try await BackedUpDatabase(database)
            let connection = try await PostgresConnection.connect(to: database.address)
            try await connection.script(
                """
                create function bursar.refuse_entry() returns trigger language plpgsql as
                    $$ begin raise exception 'not this entry'; end $$;
                create trigger refusal before insert on bursar.audit_entry for each row
                    when (new.action = 'database.restored') execute function bursar.refuse_entry();
                """)
            #expect(await source.tool.run("backup", source.file).status == .success)
            try await withEmptyDatabase { empty in
                let result = await source.state.tool(empty).run("restore", source.file)
                #expect(result.status == .unavailable && result.error.contains("not this entry"), "\(result.error)")
                let there = try await PostgresConnection.connect(to: empty.address)
                #expect(try await there.value("select to_regclass('bursar.job') is null", as: Bool.self))
            }
        }
    }

    @Test func `a reason is kept to the letter, or refused before anything is begun`() async throws {
        try await withDatabase { database in
            let source = try await BackedUpDatabase(database)
            #expect(await source.tool.run("backup", source.file).status == .success)
            try await withEmptyDatabase { empty in
                let tool = source.state.tool(empty)
                for command in [["restore", source.file], ["backup", source.file + "2"], ["migrate"]] {
                    for reason in ["", String(repeating: "é", count: 251)] {
                        let refused = await tool.run(command + ["--reason", reason])
                        #expect(refused.status == .usage && refused.error.contains("1 to 500 bytes"))
                    }
                }
                let reason = "it's $$ :x \\ \n\\echo 'é'; commit;"
                let result = await tool.run("restore", source.file, "--reason", reason)
                #expect(result.status == .success, "\(result.error)")
                let there = try await PostgresConnection.connect(to: empty.address)
                let newest = try await there.auditRecords(AuditFilter(), before: nil, limit: 1).records.first
                #expect(newest?.action == "database.restored" && newest?.reason == reason)
                #expect(await tool.run("audit", "verify").status == .success)
            }
        }
    }
}
