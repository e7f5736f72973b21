/// A bounded set of connections, lent out in the order in which they were asked for.
package actor PostgresPool: StatementRunner {
    private let address: PostgresAddress
    private let size: Int
    private let options: ConnectionOptions
    private var idle: [PostgresConnection] = []
    private var count = 0
    private var waiters: [CheckedContinuation<Void, Never>] = []

    package init(address: PostgresAddress, size: Int = 8, options: ConnectionOptions = ConnectionOptions()) {
        self.address = address
        self.size = size
        self.options = options
    }

    /// Serves until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {  // Ends: the task's cancellation.
            try? await ContinuousClock().sleep(for: .seconds(3_600))
        }
        for connection in idle { await connection.close() }
    }

    package func withConnection<T: Sendable>(
        _ body: @Sendable (PostgresConnection) async throws -> T
    ) async throws -> T {
        let connection = try await lease()
        defer { release(connection) }
        return try await body(connection)
    }

    package func transaction<T: Sendable>(
        isolation: Isolation = .readCommitted, readOnly: Bool = false, attempts: Int = 5,
        _ body: @Sendable (Transaction) async throws -> T
    ) async throws -> T {
        for attempt in 1... {  // Ends: the number of attempts.
            do {
                return try await withConnection {
                    try await $0.transaction(isolation: isolation, readOnly: readOnly, body)
                }
            } catch let error as PostgresError where error.isTransient && attempt < attempts {
                try await ContinuousClock().sleep(for: .milliseconds(Int.random(in: 1...(10 << attempt))))
            }
        }
        preconditionFailure("the loop ends by return or throw")
    }

    @discardableResult
    package func run<S: Statement>(_ statement: S) async throws(PostgresError) -> [S.Output] {
        let connection = try await lease()
        defer { release(connection) }
        return try await connection.run(statement)
    }

    @discardableResult
    package func execute<S: Statement>(_ statement: S) async throws(PostgresError) -> Int {
        let connection = try await lease()
        defer { release(connection) }
        return try await connection.execute(statement)
    }

    package func query(_ sql: SQL) async throws(PostgresError) -> [Row] {
        let connection = try await lease()
        defer { release(connection) }
        return try await connection.query(sql)
    }

    @discardableResult
    package func execute(_ sql: SQL) async throws(PostgresError) -> Int {
        let connection = try await lease()
        defer { release(connection) }
        return try await connection.execute(sql)
    }

    private func lease() async throws(PostgresError) -> PostgresConnection {
        while true {
            while let connection = idle.popLast() {
                if !connection.isClosed { return connection }
                count -= 1
            }
            if count < size {
                count += 1
                do throws(PostgresError) {
                    return try await PostgresConnection.connect(to: address, options: options)
                } catch {
                    count -= 1
                    throw error
                }
            }
            await withCheckedContinuation { waiters.append($0) }
        }
    }

    private func release(_ connection: PostgresConnection) {
        if connection.isClosed { count -= 1 } else { idle.append(connection) }
        if !waiters.isEmpty { waiters.removeFirst().resume() }
    }
}
