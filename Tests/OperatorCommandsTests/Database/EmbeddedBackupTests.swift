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
}
