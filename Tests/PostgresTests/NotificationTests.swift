import DatabaseTestSupport
import Postgres
import Testing

@Suite struct NotificationTests {
    @Test func `what is announced arrives while the connection is idle`() async throws {
        try await withConnection { connection, database in
            let other = try await PostgresConnection.connect(to: database.address)
            try await connection.listen("job \"ready\"")
            var announced = connection.notifications.makeAsyncIterator()
            for number in 0..<3 {
                try await other.execute("SELECT pg_notify(\("job \"ready\""), \("\(number)"))")
                let notification = await announced.next()
                #expect(notification?.channel == "job \"ready\"")
                #expect(notification?.payload == "\(number)")
                #expect(notification?.backendPID == other.backendPID)
            }
        }
    }

    @Test func `what is announced during a statement arrives too`() async throws {
        try await withConnection { connection, database in
            let other = try await PostgresConnection.connect(to: database.address)
            try await connection.listen("ready")
            #expect(try await other.tryLock(1))
            async let waiting = connection.execute("SELECT pg_advisory_lock(1)")
            try await eventually(isWaitingForLock(connection.backendPID), on: other)
            try await other.execute("SELECT pg_notify('ready', 'now')")
            try await other.unlock(1)
            _ = try await waiting
            var announced = connection.notifications.makeAsyncIterator()
            #expect(await announced.next()?.payload == "now")
        }
    }

    @Test func `the stream ends with the session, also when the server ends it`() async throws {
        try await withConnection { connection, database in
            let other = try await PostgresConnection.connect(to: database.address)
            try await connection.listen("ready")
            try await other.execute("SELECT pg_terminate_backend(\(connection.backendPID))")
            var announced = connection.notifications.makeAsyncIterator()
            #expect(await announced.next() == nil)
            #expect(connection.isClosed)
        }
    }

    @Test func `the stream ends with the session, also when it is cut right behind an answer`() async throws {
        try await withEmptyDatabase { database in
            for _ in 0..<20 {
                let relay = try Relay(to: database.address)
                let connection = try await PostgresConnection.connect(to: relay.address)
                try await connection.listen("ready")
                relay.endAfterNextAnswer()
                _ = try? await connection.execute("SELECT 1")
                var announced = connection.notifications.makeAsyncIterator()
                #expect(await announced.next() == nil)
            }
        }
    }

    @Test func `a slow reader finds the newest`() async throws {
        try await withConnection { connection, database in
            let other = try await PostgresConnection.connect(to: database.address)
            try await connection.listen("ready")
            try await other.execute("SELECT pg_notify('ready', n::text) FROM generate_series(1, 3000) AS n")
            try await connection.execute("SELECT 1")
            // All have arrived: a session's notifications come before the answer to a later statement.
            var announced = connection.notifications.makeAsyncIterator()
            let first = await announced.next().flatMap { Int($0.payload) }
            #expect(try #require(first) > 1)
        }
    }

    @Test func `the canary comes back, and is nobody else's notification`() async throws {
        try await withConnection { connection, database in
            let other = try await PostgresConnection.connect(to: database.address)
            try await connection.listen("ready")
            for _ in 0..<3 { _ = try await connection.proveNotifications(via: other) }
            _ = try await connection.proveNotifications(via: connection)
            try await other.execute("SELECT pg_notify('ready', 'first')")
            var announced = connection.notifications.makeAsyncIterator()
            #expect(await announced.next()?.payload == "first")
        }
    }

    @Test func `a canary that does not come back is a timeout`() async throws {
        try await withConnection { (connection, _) async throws in
            let error = await failure {
                try await connection.proveNotifications(via: DeafRunner(), within: .milliseconds(50))
            }
            #expect(error?.code == .timeout)
        }
    }
}

/// Says that it ran what it was given, and does nothing: a pooler that loses notifications.
struct DeafRunner: StatementRunner {
    func run<S: Statement>(_ statement: S) async throws(PostgresError) -> [S.Output] { [] }
    func execute<S: Statement>(_ statement: S) async throws(PostgresError) -> Int { 0 }
    func query(_ sql: SQL) async throws(PostgresError) -> [Row] { [] }
    func execute(_ sql: SQL) async throws(PostgresError) -> Int { 0 }
}
