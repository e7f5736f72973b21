package import Primitives

/// What a daemon checks of its database before it says that it is ready.
package struct SelfTest: Sendable {
    /// One check and how it went.
    package struct Finding: Sendable, Hashable {
        package let check: Check
        package let passed: Bool
        /// One sentence: what was seen.
        package let detail: String
        /// How to fix it; nil when it passed.
        package let hint: String?
    }

    /// What is checked.
    package enum Check: String, Sendable, Hashable, CaseIterable {
        /// A session advisory lock is still held, by the same session, after others have used the database.
        case sessionLock
        /// The machine's clock and the database's agree.
        case clockSkew
        /// A notification comes back.
        case notifications
        /// The session is with a server that takes writes.
        case readWrite
    }

    /// Beyond it, due times would be visibly wrong.
    package static let allowedSkew: Duration = .seconds(2)
    /// A number that nobody else locks.
    static let probeKey: Int64 = 7_236_837_502
    /// A transaction pooler hands out the same server session again while nobody else wants one: so it is asked
    /// repeatedly.
    private static let probes = 3

    private let time: any TimeSource

    package init(time: any TimeSource) {
        self.time = time
    }

    /// Runs all checks on `connection`, with `pool` for traffic beside it. Throws only when the database is out of
    /// reach.
    package func run(
        on connection: PostgresConnection, beside pool: PostgresPool
    ) async throws(PostgresError) -> [Finding] {
        let session = try await checkSessionLock(connection, pool)
        // Without a session of its own nothing else can be told.
        guard session.passed else { return [session] }
        return [
            session,
            try await checkClockSkew(connection),
            try await checkNotifications(connection, pool),
            try await checkReadWrite(connection),
        ]
    }

    private func checkSessionLock(
        _ connection: PostgresConnection, _ pool: PostgresPool
    ) async throws(PostgresError) -> Finding {
        do throws(PostgresError) {
            return try await probeSessionLock(connection, pool)
        } catch let error where SQLState.isOfForeignSession(error.sqlState) {
            return Self.failed("a statement prepared in the session was met by another one of the server's")
        }
    }

    private static func failed(_ detail: String) -> Finding {
        Finding(
            check: .sessionLock, passed: false, detail: detail,
            hint: "connect to PostgreSQL itself or through a pooler in session mode, never in transaction mode")
    }

    private func probeSessionLock(
        _ connection: PostgresConnection, _ pool: PostgresPool
    ) async throws(PostgresError) -> Finding {
        // The server's own word: a pooler in session mode says another number when the session begins.
        let backend = try await connection.value("SELECT pg_backend_pid()", as: Int.self)
        let key = Self.probeKey &+ Int64(backend) << 32
        guard try await connection.tryLock(key) else {
            return Self.failed("the probe's lock is held by another session")
        }
        for _ in 0..<Self.probes {
            // An open transaction beside it makes a transaction pooler hand the probe another server session.
            let isHeld: Bool
            do {
                isHeld = try await pool.transaction { transaction in
                    try await transaction.execute("SELECT 1")
                    let present = try await connection.value("SELECT pg_backend_pid()", as: Int.self)
                    guard present == backend else { return false }
                    return try await connection.holds(key)
                }
            } catch {
                throw (error as? PostgresError) ?? PostgresError(.protocolViolation, "the self-test failed: \(error)")
            }
            if !isHeld { return Self.failed("a session lock was lost while others used the database") }
        }
        try await connection.unlock(key)
        return Finding(check: .sessionLock, passed: true, detail: "the session keeps its locks", hint: nil)
    }

    private func checkClockSkew(_ connection: PostgresConnection) async throws(PostgresError) -> Finding {
        let before = time.now()
        let database = try await connection.value("SELECT clock_timestamp()", as: Instant.self)
        let after = time.now()
        let early = before - database
        let late = database - after
        let skew = max(early, late, .zero)
        let passed = skew <= Self.allowedSkew
        let direction = early > late ? "behind" : "ahead of"
        return Finding(
            check: .clockSkew, passed: passed,
            detail: skew == .zero
                ? "the database's clock agrees with this machine's"
                : "the database's clock is \(skew) \(direction) this machine's",
            hint: passed ? nil : "synchronise the clocks of both machines (chrony, systemd-timesyncd)")
    }

    private func checkNotifications(
        _ connection: PostgresConnection, _ pool: PostgresPool
    ) async throws(PostgresError) -> Finding {
        do throws(PostgresError) {
            let took = try await connection.proveNotifications(via: pool)
            return Finding(
                check: .notifications, passed: true, detail: "a notification came back in \(took)", hint: nil)
        } catch let error where error.code == .timeout {
            return Finding(check: .notifications, passed: false, detail: error.message, hint: error.hint)
        }
    }

    private func checkReadWrite(_ connection: PostgresConnection) async throws(PostgresError) -> Finding {
        let isReadOnly = try await connection.value(
            "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean", as: Bool.self)
        return Finding(
            check: .readWrite, passed: !isReadOnly,
            detail: isReadOnly ? "the server takes no writes" : "the server takes writes",
            hint: isReadOnly ? "name all hosts in the address and add target_session_attrs=read-write" : nil)
    }
}
