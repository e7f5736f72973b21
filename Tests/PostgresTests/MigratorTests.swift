import DatabaseTestSupport
import Postgres
import Testing

@Suite struct MigratorTests {
    private static let one = Migration(
        version: 1, name: "one", sql: "CREATE TABLE bursar.one (); SELECT pg_sleep(0.05)")
    private static let two = Migration(version: 2, name: "two", sql: "CREATE TABLE bursar.two ()")
    private static let migrator = Migrator(migrations: [one, two])

    @Test func `an empty database is brought to the newest version, once`() async throws {
        try await withConnection { connection, _ in
            #expect(try await Self.migrator.state(on: connection) == .missing)
            #expect(try await Self.migrator.migrate(on: connection).map(\.version) == [1, 2])
            #expect(try await Self.migrator.state(on: connection) == .current)
            try await Self.migrator.requireCurrent(on: connection)
            #expect(try await Self.migrator.migrate(on: connection).isEmpty)
            let applied = try await Self.migrator.applied(on: connection)
            #expect(applied.map(\.name) == ["one", "two"])
            #expect(applied.allSatisfy { $0.checksum.utf8.count == 64 })
        }
    }

    @Test func `a database that is behind gets the rest`() async throws {
        try await withConnection { connection, _ in
            try await Migrator(migrations: [Self.one]).migrate(on: connection)
            #expect(try await Self.migrator.state(on: connection) == .behind(pending: [2]))
            let error = await failure { try await Self.migrator.requireCurrent(on: connection) }
            #expect(error?.code == .schema)
            #expect(try await Self.migrator.migrate(on: connection) == [Self.two])
        }
    }

    @Test func `two migrators at once apply each migration once`() async throws {
        try await withEmptyDatabase { database in
            let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        let connection = try await PostgresConnection.connect(to: database.address)
                        return try await Self.migrator.migrate(on: connection).map(\.version)
                    }
                }
                return try await group.reduce(into: [Int]()) { $0 += $1 }
            }
            #expect(applied.sorted() == [1, 2])
        }
    }

    @Test func `a migration that was altered is refused with what to do`() async throws {
        try await withConnection { connection, _ in
            try await Self.migrator.migrate(on: connection)
            let altered = Migrator(migrations: [
                Migration(version: 1, name: "one", sql: Self.one.sql + " "), Self.two,
                Migration(version: 3, name: "three", sql: "CREATE TABLE bursar.three ()"),
            ])
            #expect(try await altered.state(on: connection) == .altered(version: 1))
            let error = await failure { try await altered.migrate(on: connection) }
            #expect(error?.code == .schema)
            #expect(error?.hint?.contains("new migration") == true)
            #expect(try await connection.value("SELECT to_regclass('bursar.three') IS NULL", as: Bool.self))
        }
    }

    @Test func `a migration that was passed over counts as altered`() async throws {
        try await withConnection { connection, _ in
            let three = Migration(version: 3, name: "three", sql: "SELECT 1")
            try await Migrator(migrations: [Self.one, three]).migrate(on: connection)
            let state = try await Migrator(migrations: [Self.one, Self.two, three]).state(on: connection)
            #expect(state == .altered(version: 2))
        }
    }

    @Test func `a database that is ahead is refused and left as it is`() async throws {
        try await withConnection { connection, _ in
            try await Self.migrator.migrate(on: connection)
            let older = Migrator(migrations: [Self.one])
            #expect(try await older.state(on: connection) == .ahead(versions: [2]))
            let error = await failure { try await older.migrate(on: connection) }
            #expect(error?.code == .schema)
            #expect(error?.hint?.contains("newer") == true)
        }
    }

    @Test func `a migration that fails leaves those before it, names itself and gives the lock back`() async throws {
        try await withConnection { (connection, _) async throws in
            let broken = Migration(version: 3, name: "broken", sql: "CREATE TABLE bursar.three (); SELECT 1/0")
            let error = await failure {
                try await Migrator(migrations: [Self.one, Self.two, broken]).migrate(on: connection)
            }
            #expect(error?.sqlState == "22012")
            #expect(error?.statement == "migration 3 broken")
            #expect(try await Self.migrator.state(on: connection) == .current)
            #expect(try await connection.value("SELECT to_regclass('bursar.three') IS NULL", as: Bool.self))
            let locks = try await connection.value(
                """
                SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
                WHERE locktype = 'advisory' AND datname = current_database()
                """, as: Int.self)
            #expect(locks == 0)
        }
    }

    @Test func `a migration that ends its own transaction is refused`() async throws {
        try await withConnection { (connection, database) async throws in
            let sneaky = Migration(version: 1, name: "sneaky", sql: "CREATE TABLE bursar.one (); COMMIT")
            let error = await failure { try await Migrator(migrations: [sneaky]).migrate(on: connection) }
            #expect(error?.code == .misuse)
        }
    }
}
