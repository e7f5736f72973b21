import DatabaseTestSupport
import Postgres
import Synchronization
import Testing

@Suite struct LastStatementTests {
    private static let table = "CREATE TABLE pair (key int8 PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, text text)"

    private func count(_ runner: some StatementRunner) async throws -> Int {
        try await runner.value("SELECT count(*) FROM pair", as: Int.self)
    }

    @Test func `the last statement commits with what the body did, and gives its rows`() async throws {
        try await withConnection { connection, database in
            try await connection.script(Self.table)
            let other = try await PostgresConnection.connect(to: database.address)
            for turn in 1...2 {
                let rows = try await connection.transaction(endingWith: CountPairs(least: turn)) { transaction in
                    try await transaction.run(InsertPair(key: turn, text: "a"))
                }
                #expect(rows == [turn])
                #expect(try await count(other) == turn)
            }
            #expect(!connection.isClosed)
        }
    }

    @Test func `what is kept for the end runs after the body and before the last statement, in either transaction`()
        async throws
    {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            let rows = try await connection.transaction(endingWith: CountPairs(least: 2)) { transaction in
                try await transaction.runAtEnd(InsertPair(key: 1, text: "kept"))
                #expect(try await count(transaction) == 0)
                try await transaction.runAtEnd(InsertPair(key: 2, text: "kept"))
            }
            #expect(rows == [2])
            try await connection.transaction { transaction in
                try await transaction.runAtEnd(InsertPair(key: 3, text: "kept"))
                #expect(try await count(transaction) == 2)
            }
            #expect(try await count(connection) == 3)
        }
    }

    @Test func `what is kept for the end and fails, or was kept by a body that failed, commits nothing`() async throws {
        try await withConnection { connection, _ in
            try await connection.script("CREATE TABLE pair (key int8 PRIMARY KEY, text text)")
            let error = await failure {
                try await connection.transaction(endingWith: CountPairs(least: 0)) { transaction in
                    try await transaction.runAtEnd(InsertPair(key: 1, text: "a"))
                    try await transaction.runAtEnd(InsertPair(key: 1, text: "b"))
                }
            }
            #expect(error?.code == .uniqueViolation && error?.statement == "InsertPair")
            await #expect(throws: BodyFailed()) {
                try await connection.transaction { transaction in
                    try await transaction.runAtEnd(InsertPair(key: 2, text: "a"))
                    throw BodyFailed()
                }
            }
            try await connection.transaction { try await $0.run(InsertPair(key: 3, text: "a")) }
            #expect(try await count(connection) == 1)
        }
    }

    @Test func `a last statement that fails commits nothing`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            let error = await failure {
                try await connection.transaction(endingWith: CountPairs(least: 2)) { transaction in
                    try await transaction.run(InsertPair(key: 1, text: "a"))
                }
            }
            #expect(error?.sqlState == "22012")
            #expect(error?.statement == "CountPairs")
            #expect(try await count(connection) == 0)
        }
    }

    @Test func `a COMMIT that fails is an error, and commits nothing`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            let error = await failure {
                try await connection.transaction(endingWith: CountPairs(least: 2)) { transaction in
                    try await transaction.run(InsertPair(key: 1, text: "a"))
                    try await transaction.run(InsertPair(key: 1, text: "b"))
                }
            }
            #expect(error?.code == .uniqueViolation)
            #expect(error?.phase == .commit)
            #expect(try await count(connection) == 0)
        }
    }

    @Test func `an error of the body, thrown or swallowed, runs no last statement`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            await #expect(throws: BodyFailed()) {
                try await connection.transaction(endingWith: CountPairs(least: 0)) { transaction in
                    try await transaction.run(InsertPair(key: 1, text: "a"))
                    throw BodyFailed()
                }
            }
            let error = await failure {
                try await connection.transaction(endingWith: CountPairs(least: 0)) { transaction in
                    _ = try? await transaction.execute("SELECT 1 / 0")
                }
            }
            #expect(error?.sqlState == "22012")
            #expect(error?.statement == "ad hoc")
            #expect(try await count(connection) == 0)
        }
    }

    @Test func `a session lost between the last statement and the answer to COMMIT leaves it open`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            let error = await failure {
                try await connection.transaction(endingWith: EndOwnBackend()) { transaction in
                    try await transaction.run(InsertPair(key: 1, text: "a"))
                }
            }
            #expect(error?.code == .commitUnknown)
        }
    }

    @Test func `the pool runs the whole unit again after a transient error`() async throws {
        try await withEmptyDatabase { database in
            try await PostgresPool.withPool(address: database.address, size: 2) { pool in
                try await pool.execute(SQL(unsafe: Self.table))
                let runs = Mutex(0)
                let rows = try await pool.transaction(endingWith: CountPairs(least: 1)) { transaction in
                    try await transaction.run(InsertPair(key: 1, text: "a"))
                    let run = runs.withLock { runs in
                        runs += 1
                        return runs
                    }
                    if run == 1 { try await transaction.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$") }
                }
                #expect(rows == [1])
                #expect(runs.withLock { $0 } == 2)
            }
        }
    }
}

/// Fails when the table holds fewer.
private struct CountPairs: Statement {
    let least: Int

    static let sql = "SELECT count(*) / (CASE WHEN count(*) >= $1 THEN 1 ELSE 0 END) FROM pair"

    func bind(to bindings: inout Bindings) {
        bindings.append(least)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int {
        try row.next()
    }
}

private struct EndOwnBackend: Statement {
    static let sql = "SELECT pg_terminate_backend(pg_backend_pid())::text"

    static func output(from row: inout Row) throws(PostgresError) {}
}
