import DatabaseTestSupport
import Postgres
import Synchronization
import Testing

/// Gives `body` a session with an empty database of its own.
func withConnection(
    options: ConnectionOptions = ConnectionOptions(),
    _ body: (PostgresConnection, TestDatabase) async throws -> Void
) async throws {
    try await withEmptyDatabase { database in
        let connection = try await PostgresConnection.connect(to: database.address, options: options)
        try await body(connection, database)
        await connection.close()
    }
}

/// Asks the database again and again until it says yes: for what only the server can tell, such as who is asleep.
func eventually(_ condition: SQL, on runner: some StatementRunner) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
        if try await runner.value(condition, as: Bool.self) { return }
        await Task.yield()
    }
    Issue.record("the database never came to say yes")
}

/// Whether the session `pid` runs something that waits in pg_sleep.
func isAsleep(_ pid: Int32) -> SQL {
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = \(pid) AND wait_event = 'PgSleep')"
}

/// Whether the session `pid` waits for an advisory lock.
func isWaitingForLock(_ pid: Int32) -> SQL {
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = \(pid) AND wait_event = 'advisory')"
}

/// The error that `body` ends with.
func failure(of body: () async throws -> some Any) async -> PostgresError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

/// Counts what happens in several tasks.
final class Tally: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    /// The count with this one.
    @discardableResult
    func increment() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}

/// Lets tasks wait for each other until all have come.
actor Meeting {
    private let parties: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(parties: Int) {
        self.parties = parties
    }

    func arrive() async {
        guard waiting.count + 1 < parties else {
            for continuation in waiting { continuation.resume() }
            return waiting.removeAll()
        }
        await withCheckedContinuation { waiting.append($0) }
    }
}
