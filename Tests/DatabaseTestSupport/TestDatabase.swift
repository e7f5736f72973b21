package import Postgres

/// A database that belongs to one test.
package struct TestDatabase: Sendable {
    package let name: String
    /// For psql, libpq and processes that the test starts.
    package let uri: String
    package let address: PostgresAddress
}

/// Gives `body` a database with the whole schema and no rows, and drops it after, whoever is still connected to it.
package func withDatabase<T>(_ body: (TestDatabase) async throws -> T) async throws -> T {
    try await using(TestServer.shared.value().makeMigrated(), body)
}

/// Gives `body` a database without schema, and drops it after.
package func withEmptyDatabase<T>(_ body: (TestDatabase) async throws -> T) async throws -> T {
    try await using(TestServer.shared.value().makeEmpty(), body)
}

private func using<T>(_ database: TestDatabase, _ body: (TestDatabase) async throws -> T) async throws -> T {
    let result: T
    do {
        result = try await body(database)
    } catch {
        // The test's own failure is the one to see.
        _ = try? await TestServer.shared.value().drop(database)
        throw error
    }
    try await TestServer.shared.value().drop(database)
    return result
}
