import AdminHTTP
import Audit
import DatabaseTestSupport
import JobsPostgres
import Logging
import Postgres
import Primitives
import Scheduling
import TestSupport

/// The real admin server over a real database, for the tool to talk to.
struct Daemon: Sendable {
    let socket: String
    let address: PostgresAddress
    let pool: PostgresPool
    let time: ManualTime

    /// The tool with this daemon's socket in its environment.
    var tool: Tool {
        Tool(environment: ["BURSAR_SOCKET": socket], time: time)
    }
}

/// Runs `body` beside an admin server on a migrated database.
func withDaemon(_ body: @Sendable (Daemon) async throws -> Void) async throws {
    try await withDatabase { database in
        try await PostgresPool.withPool(address: database.address, size: 4) { pool in
            let time = ManualTime(Instant(rfc3339: "2026-10-15T12:34:56Z")!)
            let socket = try Scratch.path("tool") + ".sock"
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            let server = AdminServer(
                pool: pool, audit: AuditTrail(key: .random()), socketPath: socket, build: "bursar test",
                isEmbedded: false, address: database.address, time: time, logger: logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                try await server.bound()
                try await body(Daemon(socket: socket, address: database.address, pool: pool, time: time))
                group.cancelAll()
                do { try await group.waitForAll() } catch is CancellationError {}
            }
        }
    }
}
