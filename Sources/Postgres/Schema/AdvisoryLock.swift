/// Locks that a session holds under a number until it gives them back or ends.
extension PostgresConnection {
    /// Takes the lock if it is free. A session may take it several times, and then owes as many unlocks.
    package func tryLock(_ key: Int64) async throws(PostgresError) -> Bool {
        try await run(TryAdvisoryLock(key: key)).first ?? false
    }

    /// Gives the lock back. False when this session did not hold it.
    @discardableResult
    package func unlock(_ key: Int64) async throws(PostgresError) -> Bool {
        try await run(AdvisoryUnlock(key: key)).first ?? false
    }

    /// Whether this session holds the lock, as the server sees it.
    package func holds(_ key: Int64) async throws(PostgresError) -> Bool {
        try await run(HoldsAdvisoryLock(key: key)).first ?? false
    }
}

/// pg_try_advisory_lock.
struct TryAdvisoryLock: Statement {
    let key: Int64
    static let sql = "SELECT pg_try_advisory_lock($1)"

    func bind(to bindings: inout Bindings) { bindings.append(key) }

    static func output(from row: inout Row) throws(PostgresError) -> Bool { try row.next() }
}

/// pg_advisory_unlock, without its warning when the lock is not held.
struct AdvisoryUnlock: Statement {
    let key: Int64
    static let sql = "SELECT pg_advisory_unlock($1)"

    func bind(to bindings: inout Bindings) { bindings.append(key) }

    static func output(from row: inout Row) throws(PostgresError) -> Bool { try row.next() }
}

/// pg_locks keeps the key's halves apart.
struct HoldsAdvisoryLock: Statement {
    let key: Int64
    static let sql = """
        SELECT EXISTS (
            SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted AND objsubid = 1
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND classid::int8 = ($1 >> 32) & 4294967295 AND objid::int8 = $1 & 4294967295)
        """

    func bind(to bindings: inout Bindings) { bindings.append(key) }

    static func output(from row: inout Row) throws(PostgresError) -> Bool { try row.next() }
}
