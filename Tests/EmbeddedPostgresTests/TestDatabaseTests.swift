import DatabaseTestSupport
import Postgres
import Testing

@Suite struct TestDatabaseTests {
    @Test func `a test's database has the whole schema and is gone after it`() async throws {
        let name = try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            #expect(try await connection.value("SELECT count(*) FROM bursar.job", as: Int.self) == 0)
            // Left open: the drop takes it along.
            return database.name
        }
        try await withEmptyDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            let left = try await connection.value(
                "SELECT count(*) FROM pg_database WHERE datname = \(name)", as: Int.self)
            #expect(left == 0)
            #expect(try await connection.value("SELECT to_regnamespace('bursar') IS NULL", as: Bool.self))
            await connection.close()
        }
    }

    @Test(arguments: 0..<20) func `many tests have databases at the same time`(_ number: Int) async throws {
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            _ = try await connection.execute("CREATE TABLE mine AS SELECT \(number) AS number")
            #expect(try await connection.value("SELECT sum(number)::int8 FROM mine", as: Int.self) == number)
            await connection.close()
        }
    }

    @Test func `a test that fails loses its database too`() async throws {
        struct Failure: Error {}
        let names = try await withEmptyDatabase { other in
            var name = ""
            await #expect(throws: Failure.self) {
                try await withDatabase { database in
                    name = database.name
                    throw Failure()
                }
            }
            let connection = try await PostgresConnection.connect(to: other.address)
            defer { withExtendedLifetime(connection) {} }
            return try await connection.value("SELECT count(*) FROM pg_database WHERE datname = \(name)", as: Int.self)
        }
        #expect(names == 0)
    }
}
