import DatabaseTestSupport
import TestSupport
import Testing

@testable import Postgres

/// Who may talk on a connection, and when.
@Suite struct OrderTests {
    private static let table = "CREATE TABLE pair (key int8 PRIMARY KEY, text text)"

    @Test func `others wait for the whole transaction, whatever becomes of it`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            let isOpen = Meeting(parties: 2)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await isOpen.arrive()
                    try await connection.run(InsertPair(key: 2, text: nil))
                }
                group.addTask {
                    await #expect(throws: BodyFailed()) {
                        try await connection.transaction { transaction in
                            try await transaction.run(InsertPair(key: 1, text: nil))
                            await isOpen.arrive()
                            await connection.waiters(1, at: .lease)
                            throw BodyFailed()
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await connection.run(ReadPairs()).map(\.0) == [2])
        }
    }

    @Test func `a transaction's children wait for each other`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            try await connection.transaction { transaction in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for key in 0..<50 {
                        group.addTask { try await transaction.run(InsertPair(key: key, text: nil)) }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(try await connection.run(ReadPairs()).count == 50)
        }
    }

    @Test func `a statement that waits past the end of its transaction is refused, not run outside of it`() async throws
    {
        try await withConnection { connection, database in
            try await connection.script(Self.table)
            let other = try await PostgresConnection.connect(to: database.address)
            #expect(try await other.tryLock(1))
            let kept = EventProbe<Transaction>()
            let mayEnd = Meeting(parties: 2)
            let late = try await withThrowingTaskGroup(of: PostgresError?.self) { group in
                group.addTask {
                    try await connection.transaction { transaction in
                        kept.record(transaction)
                        await mayEnd.arrive()
                    }
                    return nil
                }
                let transaction = try await kept.next()
                // One statement holds the wire, COMMIT waits behind it, another statement behind COMMIT.
                group.addTask { await failure { try await transaction.execute("SELECT pg_advisory_lock(1)") } }
                try await eventually(isWaitingForLock(connection.backendPID), on: other)
                await mayEnd.arrive()
                await connection.waiters(1, at: .exchange)
                group.addTask { await failure { try await transaction.run(InsertPair(key: 1, text: nil)) } }
                await connection.waiters(2, at: .exchange)
                try await other.unlock(1)
                return try await group.reduce(into: [PostgresError]()) { if let error = $1 { $0.append(error) } }
            }
            #expect(late.map(\.code) == [.misuse])
            #expect(try await connection.run(ReadPairs()).isEmpty)
        }
    }

    @Test func `a cancellation that is late is waited for, and hits nobody else`() async throws {
        try await withEmptyDatabase { database in
            let relay = try Relay(to: database.address)
            let connection = try await PostgresConnection.connect(to: relay.address)
            let other = try await PostgresConnection.connect(to: database.address)
            #expect(try await other.tryLock(1))
            #expect(try await other.tryLock(2))
            try await withThrowingTaskGroup(of: Void.self) { group in
                let first = Task { await failure { try await connection.execute("SELECT pg_advisory_lock(1)") } }
                try await eventually(isWaitingForLock(connection.backendPID), on: other)
                // The relay does not let the request for it through yet.
                first.cancel()
                group.addTask { try await connection.execute("SELECT pg_advisory_lock(2)") }
                await connection.waiters(1, at: .lease)
                try await other.unlock(1)
                relay.serveAnother()
                let error = await first.value
                #expect(error == nil || error?.code == .cancelled)
                try await eventually(isWaitingForLock(connection.backendPID), on: other)
                try await other.unlock(2)
                try await group.waitForAll()
            }
        }
    }
}

extension PostgresConnection {
    /// Returns when as many wait at a door.
    fileprivate func waiters(_ count: Int, at door: Door) async {
        while gates[door.rawValue].turnstile.waiterCount < count { await Task.yield() }
    }
}
