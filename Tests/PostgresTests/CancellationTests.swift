import DatabaseTestSupport
import Postgres
import Testing

@Suite struct CancellationTests {
    @Test func `a cancelled task stops its statement, and the connection goes on`() async throws {
        try await withConnection { connection, database in
            let other = try await PostgresConnection.connect(to: database.address)
            let error = await withTaskGroup(of: PostgresError?.self) { group in
                group.addTask { await failure { try await connection.execute("SELECT pg_sleep(60)") } }
                _ = try? await eventually(isAsleep(connection.backendPID), on: other)
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error?.code == .cancelled)
            #expect(error?.sqlState == "57014")
            #expect(try await connection.run(AddOne(number: 1)) == [2])
        }
    }

    @Test func `cancellations never hit the statement after theirs`() async throws {
        try await withConnection { (connection, _) async throws in
            for round in 0..<200 {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try? await connection.run(AddOne(number: round)) }
                    if round.isMultiple(of: 2) { await Task.yield() }
                    group.cancelAll()
                }
                let value = try await connection.run(AddOne(number: round))
                #expect(value == [round + 1])
            }
        }
    }

    @Test func `a task that is cancelled while it waits for the connection leaves the queue`() async throws {
        try await withConnection { connection, database in
            let other = try await PostgresConnection.connect(to: database.address)
            async let sleeping = failure { try await connection.execute("SELECT pg_sleep(60)") }
            try await eventually(isAsleep(connection.backendPID), on: other)
            let waiting = await withTaskGroup(of: PostgresError?.self) { group in
                group.addTask { await failure { try await connection.execute("SELECT 1") } }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(waiting?.code == .cancelled)
            try await other.execute("SELECT pg_cancel_backend(\(connection.backendPID))")
            #expect(await sleeping?.code == .cancelled)
        }
    }

    @Test func `a task that is cancelled before asks the server nothing`() async throws {
        try await withConnection { connection, _ in
            try await connection.script("CREATE TABLE pair (key int8, text text)")
            let error = await withTaskGroup(of: PostgresError?.self) { group in
                group.cancelAll()
                group.addTask { await failure { try await connection.run(InsertPair(key: 1, text: nil)) } }
                return await group.next() ?? nil
            }
            #expect(error?.code == .cancelled)
            #expect(try await connection.run(ReadPairs()).isEmpty)
        }
    }

    @Test func `a cancelled transaction rolls back, and the connection goes on`() async throws {
        try await withConnection { connection, database in
            try await connection.script("CREATE TABLE pair (key int8, text text)")
            let other = try await PostgresConnection.connect(to: database.address)
            let error = await withTaskGroup(of: PostgresError?.self) { group in
                group.addTask {
                    await failure {
                        try await connection.transaction { transaction in
                            try await transaction.run(InsertPair(key: 1, text: nil))
                            try await transaction.execute("SELECT pg_sleep(60)")
                        }
                    }
                }
                _ = try? await eventually(isAsleep(connection.backendPID), on: other)
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error?.code == .cancelled)
            #expect(try await connection.run(ReadPairs()).isEmpty)
        }
    }

    @Test func `the statement timeout ends a statement, within a transaction another may be set`() async throws {
        let options = ConnectionOptions(statementTimeout: .milliseconds(100))
        try await withConnection(options: options) { connection, _ in
            let error = await failure { try await connection.execute("SELECT pg_sleep(60)") }
            #expect(error?.code == .timeout)
            #expect(error?.isTransient == false)
            try await connection.transaction { transaction in
                try await transaction.setStatementTimeout(nil)
                try await transaction.execute("SELECT pg_sleep(0.2)")
            }
            #expect(await failure { try await connection.execute("SELECT pg_sleep(60)") }?.code == .timeout)
        }
    }
}
