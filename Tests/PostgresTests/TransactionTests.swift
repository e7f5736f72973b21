import DatabaseTestSupport
import Postgres
import Synchronization
import Testing

struct BodyFailed: Error, Equatable {}

@Suite struct TransactionTests {
    private static let table = "CREATE TABLE pair (key int8 PRIMARY KEY, text text)"

    private func count(_ runner: some StatementRunner) async throws -> Int {
        try await runner.value("SELECT count(*) FROM pair", as: Int.self)
    }

    @Test func `what a body did is committed, and its value returned`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            let value = try await connection.transaction { transaction in
                try await transaction.run(InsertPair(key: 1, text: "a"))
                try await transaction.execute("INSERT INTO pair VALUES (\(2), \("b"))")
                return try await transaction.value("SELECT count(*) FROM pair", as: Int.self)
            }
            #expect(value == 2)
            #expect(try await count(connection) == 2)
        }
    }

    @Test func `an error of the body rolls back and is thrown as it is`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            await #expect(throws: BodyFailed()) {
                try await connection.transaction { transaction in
                    try await transaction.run(InsertPair(key: 1, text: "a"))
                    throw BodyFailed()
                }
            }
            #expect(try await count(connection) == 0)
            #expect(!connection.isClosed)
        }
    }

    @Test func `isolation and access are those asked for`() async throws {
        try await withConnection { (connection, _) async throws in
            for isolation in Isolation.allCases {
                for readOnly in [true, false] {
                    let seen = try await connection.transaction(isolation: isolation, readOnly: readOnly) {
                        let level: String = try await $0.value("SELECT current_setting('transaction_isolation')")
                        return level + (try await $0.value("SELECT current_setting('transaction_read_only')"))
                    }
                    #expect(seen == isolation.rawValue.lowercased() + (readOnly ? "on" : "off"))
                }
            }
        }
    }

    @Test func `an error that the body swallowed is thrown in place of the commit`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            let error = await failure {
                try await connection.transaction { transaction in
                    try await transaction.run(InsertPair(key: 1, text: "a"))
                    _ = try? await transaction.run(InsertPair(key: 1, text: "again"))
                    _ = try? await transaction.execute("SELECT 1")
                }
            }
            #expect(error?.code == .uniqueViolation)
            #expect(error?.phase == .body)
            #expect(try await count(connection) == 0)
        }
    }

    @Test func `a constraint that is checked at COMMIT fails the commit`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(
                "CREATE TABLE pair (key int8 UNIQUE DEFERRABLE INITIALLY DEFERRED, text text)")
            let error = await failure {
                try await connection.transaction { transaction in
                    try await transaction.run(InsertPair(key: 1, text: "a"))
                    try await transaction.run(InsertPair(key: 1, text: "b"))
                }
            }
            #expect(error?.code == .uniqueViolation)
            #expect(error?.phase == .commit)
            #expect(try await count(connection) == 0)
        }
    }

    @Test func `a transaction is no use after its end, and the connection none within it`() async throws {
        try await withConnection { connection, _ in
            let kept = Mutex<Transaction?>(nil)
            let inside = try await connection.transaction { transaction in
                kept.withLock { $0 = transaction }
                return await failure { try await connection.execute("SELECT 1") }
            }
            #expect(inside?.code == .misuse)
            let late = try #require(kept.withLock { $0 })
            #expect(await failure { try await late.execute("SELECT 1") }?.code == .misuse)
            let nested = await failure {
                try await connection.transaction { _ in try await connection.transaction { _ in } }
            }
            #expect(nested?.code == .misuse)
            #expect(try await connection.value("SELECT 1::int8", as: Int.self) == 1)
        }
    }

    @Test func `a script cannot end the transaction that it runs in`() async throws {
        try await withConnection { (connection, _) async throws in
            let error = await failure { try await connection.transaction { try await $0.script("SELECT 1; COMMIT") } }
            #expect(error?.code == .misuse)
            #expect(connection.isClosed)
        }
    }

    @Test func `a COMMIT that is refused before it is sent rolls back`() async throws {
        // The third: INSERT, then COMMIT.
        let observer = CountingObserver(failing: 3)
        try await withConnection(options: ConnectionOptions(observer: observer)) { connection, _ in
            try await connection.script(Self.table)
            let error = await failure {
                try await connection.transaction { try await $0.run(InsertPair(key: 1, text: nil)) }
            }
            #expect(error?.message == "made to fail")
            #expect(error?.phase == .commit)
            #expect(try await count(connection) == 0)
        }
    }

    @Test func `closing the connection within its own transaction ends both at once`() async throws {
        try await withConnection { connection, _ in
            let error = await failure {
                try await connection.transaction { transaction in
                    try await transaction.execute("SELECT 1")
                    await connection.close()
                }
            }
            #expect(error?.code == .connectionLost)
            #expect(connection.isClosed)
        }
    }

    @Test func `a savepoint undoes its own statements only`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            try await connection.transaction { transaction in
                try await transaction.run(InsertPair(key: 1, text: "a"))
                let error = await failure {
                    try await transaction.savepoint { inner in
                        try await inner.run(InsertPair(key: 2, text: "b"))
                        try await inner.savepoint { try await $0.run(InsertPair(key: 3, text: "c")) }
                        try await inner.run(InsertPair(key: 1, text: "again"))
                    }
                }
                #expect(error?.code == .uniqueViolation)
                try await transaction.run(InsertPair(key: 4, text: "d"))
            }
            #expect(try await connection.run(ReadPairs()).map(\.0) == [1, 4])
        }
    }
}
