import Audit
import DatabaseTestSupport
import Glibc
import OperatorCommands
import Postgres
import Testing

@Suite struct RestoreTests {
    /// A backup of a database that has something in it.
    private func backedUp(_ body: @Sendable (BackedUpDatabase) async throws -> Void) async throws {
        try await withDatabase { database in
            let source = try await BackedUpDatabase(database)
            let result = await source.tool.run("backup", source.file)
            try #require(result.status == .success, "\(result.error)")
            try await body(source)
        }
    }

    @Test func `an empty database becomes what was backed up, and the audit goes on`() async throws {
        try await backedUp { source in
            try await withEmptyDatabase { empty in
                let result = await source.state.tool(empty).run("restore", source.file)
                #expect(result.status == .success, "\(result.error)")
                #expect(result.output.contains("the audit in it is whole"))
                let before = try await BackedUpDatabase.contents(of: source.database.address)
                let after = try await BackedUpDatabase.contents(of: empty.address)
                #expect(before.count > 10 && before["investments.students"]?.isEmpty == false)
                #expect(before == after)
                let connection = try await PostgresConnection.connect(to: empty.address)
                let newest = try await connection.auditRecords(AuditFilter(), before: nil, limit: 1).records.first
                #expect(newest?.sequence == 8 && newest?.action == "database.restored")
                #expect(await source.state.tool(empty).run("migrate").output.contains("the schema is current"))
                #expect(await source.state.tool(empty).run("audit", "verify").status == .success)
                await #expect(throws: PostgresError.self) {
                    try await connection.execute("delete from bursar.audit_entry")
                }
            }
        }
    }

    @Test func `what is there is replaced by plan and digest only, and anchors of it are excused`() async throws {
        try await backedUp { source in
            let connection = try await PostgresConnection.connect(to: source.database.address)
            try await connection.execute("delete from investments.students where registro > 10")
            try await source.state.append(4, on: connection)
            try await source.state.anchor(on: connection)
            let plan = await source.tool.run("restore", source.file)
            #expect(plan.status == .success && plan.output.contains("investments.students: 10\n"), "\(plan.error)")
            #expect(plan.output.contains("with all else in the schemas bursar, investments\n"), "\(plan.output)")
            let json = await source.tool.run("restore", source.file, "--json")
            #expect(json.output.contains("\"schemas\" : [\n      \"bursar\",\n      \"investments\"\n    ]"))
            #expect(plan.output.contains("nothing was changed") && plan.output.contains("to entry 12\n"))
            #expect(try await connection.value("select count(*) from investments.students", as: Int.self) == 10)

            let wrong = await source.tool.run("restore", source.file, "--apply", "0123456789abcdef")
            #expect(wrong.status == .bad && wrong.error.contains("is not what the plan"))
            let digest = try #require(plan.output.split(separator: " ").last?.split(separator: "\n").first)
            try await connection.execute("update investments.classes set name = 'b' where id = 2")
            try await source.state.append(1, on: connection)
            let moved = await source.tool.run("restore", source.file, "--apply", String(digest))
            #expect(moved.status == .bad)

            let second = await source.tool.run("restore", source.file)
            let fresh = try #require(second.output.split(separator: " ").last?.split(separator: "\n").first)
            let done = await source.tool.run("restore", source.file, "--apply", String(fresh), "--reason", "a mistake")
            #expect(done.status == .success, "\(done.error)")
            #expect(try await connection.value("select count(*) from investments.students", as: Int.self) == 500)
            let verified = await source.tool.run("audit", "verify")
            #expect(verified.status == .success && verified.output.contains("that a restore set back: 1"))
        }
    }

    @Test func `nothing is replaced under a daemon that lives`() async throws {
        try await backedUp { source in
            let daemon = try await PostgresConnection.connect(to: source.database.address)
            try await daemon.execute(
                """
                insert into bursar.daemon (id, host, pid, build, lock_key, kinds, started_at, beat_at)
                values (gen_random_uuid(), 'pay1', 812, 'test', 4711, '{}', now(), now())
                """)
            #expect(try await daemon.tryLock(4_711))
            let refused = await source.tool.run("restore", source.file)
            #expect(refused.status == .bad && refused.error.contains("pay1, process 812"))
            await daemon.close()
            #expect(await source.tool.run("restore", source.file).status == .success)
        }
    }

    @Test(arguments: ["cut", "flipped", "foreign"])
    func `a file that is no whole backup is refused before anything is touched`(_ damage: String) async throws {
        try await backedUp { source in
            let damaged = source.state.directory + "/damaged"
            let bytes = try Self.read(source.file)
            switch damage {
            case "cut": try Self.write(Array(bytes.prefix(bytes.count - bytes.count / 8)), to: damaged)
            case "flipped":
                var flipped = bytes
                for offset in 0..<64 { flipped[bytes.count - bytes.count / 6 + offset] ^= 0xFF }
                try Self.write(flipped, to: damaged)
            default: try Self.write(Array("not a backup at all\n".utf8), to: damaged)
            }
            try await withEmptyDatabase { empty in
                let result = await source.state.tool(empty).run("restore", damaged)
                #expect(result.status == .bad && result.error.contains("is no whole backup"), "\(result.error)")
                let connection = try await PostgresConnection.connect(to: empty.address)
                #expect(
                    try await connection.value("select to_regclass('bursar.job') is null", as: Bool.self))
            }
        }
    }

    @Test func `a restore that fails half way leaves the database as it was`() async throws {
        try await backedUp { source in
            let before = try await BackedUpDatabase.contents(of: source.database.address)
            var tool = source.tool
            tool.environment["BURSAR_DATABASE_URL"] = source.database.uri + "&options=-c%20lock_timeout%3D100ms"
            let plan = await tool.run("restore", source.file)
            let digest = try #require(plan.output.split(separator: " ").last?.split(separator: "\n").first)
            let reader = try await PostgresConnection.connect(to: source.database.address)
            // Whoever reads a table lets nobody take it away: one schema is gone by then, the other cannot go.
            try await reader.transaction { [tool] transaction in
                _ = try await transaction.value("select count(*) from investments.students", as: Int.self)
                let failed = await tool.run("restore", source.file, "--apply", String(digest))
                #expect(failed.status == .unavailable && failed.error.contains("the database is as it was"))
                #expect(failed.error.contains("lock timeout"), "\(failed.error)")
            }
            #expect(try await BackedUpDatabase.contents(of: source.database.address) == before)
        }
    }

    @Test func `the key that the backup's audit was signed with is asked for`() async throws {
        try await backedUp { source in
            try await withEmptyDatabase { empty in
                let other = try AuditedState()
                let refused = await other.tool(empty).run("restore", source.file)
                #expect(refused.status == .permission && refused.error.contains("copy audit.key"))
                let given = await other.tool(empty).run(
                    "restore", source.file, "--key", source.state.directory + "/audit.key")
                #expect(given.status == .success, "\(given.error)")
            }
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let handle = try #require(fopen(path, "r"))
        defer { fclose(handle) }
        var bytes = [UInt8](repeating: 0, count: 16 << 20)
        let count = fread(&bytes, 1, bytes.count, handle)
        return Array(bytes[..<count])
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let handle = try #require(fopen(path, "w"))
        defer { fclose(handle) }
        #expect(fwrite(bytes, 1, bytes.count, handle) == bytes.count)
    }
}
