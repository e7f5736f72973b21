import Audit
import DatabaseTestSupport
import FoundationEssentials
import Migrations
import OperatorCommands
import Postgres
import Testing

@Suite struct MigrateTests {
    private func tool(_ database: TestDatabase) -> Tool {
        Tool(environment: ["BURSAR_DATABASE_URL": database.uri])
    }

    @Test func `an empty database is brought to this build's schema, once`() async throws {
        try await withEmptyDatabase { database in
            let planned = await tool(database).run("migrate", "--dry-run")
            #expect(planned.status == .success && planned.output.contains("pending   1 engine\n"))
            #expect(!planned.output.contains("applied") && !planned.output.contains("the schema is current"))
            let first = await tool(database).run("migrate")
            #expect(first.status == .success && first.output.contains("applied   1 engine\n"))
            let again = await tool(database).run("migrate")
            #expect(
                again.status == .success && !again.output.contains("applied")
                    && again.output.contains("the schema is current"))
            let json = await tool(database).run("migrate", "--dry-run", "--json")
            #expect(json.output.contains("\"pending\" : [\n\n  ]") && json.output.contains("\"version\" : "))
        }
    }

    @Test func `what was applied is written into the audit, or the lack of a key is told`() async throws {
        let path = "/tmp/bursar-migrate-\(UInt32.random(in: 0...(.max))).key"
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try AuditKey.load(credential: nil, file: path)
        try await withEmptyDatabase { database in
            let written = await tool(database).run("migrate", "--key", path, "--reason", "a new build")
            #expect(written.status == .success && written.error.isEmpty, "\(written.error)")
            let connection = try await PostgresConnection.connect(to: database.address)
            let entries = try await connection.value(
                """
                select count(*) from bursar.audit_entry
                where action = 'database.migrate' and reason = 'a new build' and after like '%1 engine%'
                """, as: Int.self)
            await connection.close()
            #expect(entries == 1)
        }
        try await withEmptyDatabase { database in
            let untold = await Tool(
                environment: ["BURSAR_DATABASE_URL": database.uri, "BURSAR_STATE_DIRECTORY": path + ".none"]
            ).run("migrate")
            #expect(untold.status == .success && untold.error.contains("not written into the audit: no key"))
        }
    }

    @Test func `an audit that is nobody's does not become that of a key that lies around`() async throws {
        try await withEmptyDatabase { database in
            let state = try AuditedState()
            let migrated = await state.tool(database).run("migrate")
            #expect(migrated.status == .success && migrated.error.contains("no daemon has put its key"))
            let refused = await state.tool(database).run("backup", state.directory + "/backup")
            #expect(refused.status == .permission && refused.error.contains("no daemon has put its key"))
            let connection = try await PostgresConnection.connect(to: database.address)
            #expect(try await connection.first(AuditHead.Read())?.fingerprint == nil)
            let named = await state.tool(database).run(
                "backup", state.directory + "/backup", "--key", state.directory + "/audit.key")
            #expect(named.status == .success, "\(named.error)")
            #expect(try await connection.first(AuditHead.Read())?.fingerprint == state.trail.key.fingerprint)
        }
    }

    @Test(arguments: [[], ["--dry-run"]])
    func `a schema that is newer than this build is refused with 76`(_ options: [String]) async throws {
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            let newer = Migrator(
                migrations: Migration.all + [Migration(version: 9_999, name: "future", sql: "select 1")])
            try await newer.migrate(on: connection)
            await connection.close()
            let result = await tool(database).run(["migrate"] + options)
            #expect(result.status == .schema && result.error.contains("9999"))
        }
    }

    @Test func `a database that does not answer is 69, and its password is not shown`() async {
        let tool = Tool(environment: ["BURSAR_DATABASE_URL": "postgresql://x:s3cret@127.0.0.1:1/none"])
        let result = await tool.run("migrate")
        #expect(result.status == .unavailable && result.error.contains("127.0.0.1") && !result.error.contains("s3cret"))
        let json = await tool.run("migrate", "--json")
        #expect(json.status == .unavailable && json.error.contains("\"exit_status\" : 69"))
    }

    @Test func `an address that is none is 78`() async {
        let result = await Tool(environment: ["BURSAR_DATABASE_URL": "mysql://x/y"]).run("migrate")
        #expect(result.status == .configuration)
    }

    @Test func `the address of an embedded database needs no database`() async throws {
        let directory = try Scratch.path("state")
        let result = await Tool().run("db", "url", "--state-directory", directory)
        #expect(result.status == .success && result.output.hasPrefix("postgresql:///bursar?host=\(directory)"))
        let json = await Tool().run("db", "url", "--state-directory", directory, "--json")
        #expect(json.output.contains("\"mode\" : \"embedded\""))
    }

    @Test func `an embedded database that nobody runs is started, migrated and stopped`() async throws {
        let directory = try Scratch.path("state")
        let first = await Tool().run("migrate", "--state-directory", directory)
        #expect(first.status == .success && first.output.contains("applied   1 engine\n"), "\(first.error)")
        let again = await Tool().run("migrate", "--state-directory", directory)
        #expect(again.status == .success && !again.output.contains("applied"))
    }
}
