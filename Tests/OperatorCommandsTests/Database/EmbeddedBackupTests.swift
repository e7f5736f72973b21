import Audit
import Config
import DatabaseTestSupport
import EmbeddedPostgres
import Glibc
import OperatorCommands
import Postgres
import Testing

@Suite struct EmbeddedBackupTests {
    @Test func `an embedded database is backed up and restored, though never under who holds it`() async throws {
        let state = try AuditedState()
        try #require(chmod(state.directory, 0o755) == 0)
        let tool = Tool(environment: ["BURSAR_STATE_DIRECTORY": state.directory])
        let file = state.directory + "/backup"
        #expect(await tool.run("backup", file).status == .configuration)

        let cluster = try EmbeddedCluster(directory: Configuration.embeddedDirectory(under: state.directory))
        let address = try PostgresAddress(uri: try await cluster.start())
        #expect(await tool.run("migrate").status == .schema)
        _ = try await cluster.stop()
        let migrated = await tool.run("migrate")
        #expect(migrated.status == .success, "\(migrated.error)")

        _ = try await cluster.start()
        let connection = try await PostgresConnection.connect(to: address)
        try await state.append(3, on: connection)
        let beside = await tool.run("backup", file)
        #expect(beside.status == .success, "\(beside.error)")
        let held = await tool.run("restore", file)
        #expect(held.status == .bad && held.error.contains("a daemon lives on this database"), "\(held.error)")
        await connection.close()
        try await cluster.stop()

        let plan = await tool.run("restore", file)
        #expect(plan.status == .success && plan.output.contains("to entry 4\n"), "\(plan.error)")
        let digest = try #require(plan.output.split(separator: " ").last?.split(separator: "\n").first)
        let done = await tool.run("restore", file, "--apply", String(digest))
        #expect(done.status == .success, "\(done.error)")
        let verified = await tool.run("audit", "verify")
        #expect(verified.status == .success && verified.output.contains("4 entries are"), "\(verified.output)")
    }
    @Test func `a backup that was written down stays, though its session was lost at the commit`() async throws {
        let state = try AuditedState()
        try #require(chmod(state.directory, 0o755) == 0)
        let tool = Tool(environment: ["BURSAR_STATE_DIRECTORY": state.directory])
        let file = state.directory + "/backup"
        #expect(await tool.run("migrate").status == .success)
        let cluster = try EmbeddedCluster(directory: Configuration.embeddedDirectory(under: state.directory))
        let connection = try await PostgresConnection.connect(to: try PostgresAddress(uri: try await cluster.start()))
        try await state.append(1, on: connection)
        // The record is committed, and then waits for a standby that there is none of: no answer comes.
        try await connection.script("set synchronous_commit = 'local'")
        try await connection.execute("alter system set synchronous_commit = 'local'")
        try await connection.execute("alter system set synchronous_standby_names = 'nobody'")
        try await connection.script(
            """
            select pg_reload_conf();
            create function bursar.await_standby() returns trigger language plpgsql as
                $$ begin perform set_config('synchronous_commit', 'on', true); return null; end $$;
            create trigger await_standby after insert on bursar.backup
                for each row execute function bursar.await_standby();
            """)
        async let running = tool.run("backup", file)
        var isEnded = false
        for _ in 0..<1_000 where !isEnded {
            isEnded = try await connection.value(
                """
                select count(pg_terminate_backend(pid)) > 0 from pg_stat_activity where wait_event = 'SyncRep'
                """, as: Bool.self)
            try await connection.execute("select pg_sleep(0.02)")
        }
        let result = await running
        #expect(isEnded && result.status == .success, "\(result.error)")
        #expect(BackedUpDatabase.files(in: state.directory).contains("backup"))
        await connection.close()
        try await cluster.stop()
    }
}
