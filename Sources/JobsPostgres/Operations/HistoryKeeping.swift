package import Postgres
package import Primitives

/// Keeps the history of jobs in days: makes those to come before anything falls on them, and drops those that are old.
package struct HistoryKeeping: Sendable {
    private let pool: PostgresPool
    private let time: (any TimeSource)?

    /// Days made ahead: a fleet may stand still that long before jobs that end share one partition.
    package static let daysAhead = 7
    /// Who waits for a lock keeps everyone behind it waiting too.
    private static let lockTimeout = "'1s'"

    /// What one pass did.
    package struct Pass: Sendable, Hashable {
        package let made: Int
        package let dropped: Int

        package init(made: Int, dropped: Int) {
            self.made = made
            self.dropped = dropped
        }
    }

    package init(pool: PostgresPool, time: (any TimeSource)? = nil) {
        self.pool = pool
        self.time = time
    }

    /// One pass; nil when another daemon is at it. A day is dropped as a whole, once all of it is older than `history`.
    ///
    /// Throws a timeout when somebody reads or writes the history just then; another pass finds what this one left.
    ///
    /// - Parameter history: nil: nothing is dropped.
    package func pass(keeping history: Duration?) async throws -> Pass? {
        let made = try await alone { try await $0.first(MakeHistoryDays(ahead: Self.daysAhead, now: time?.now())) }
        guard let made else { return nil }
        guard let history else { return Pass(made: made, dropped: 0) }
        // A transaction of its own: what was made stays, whatever is in the way of this.
        let dropped = try await alone { try await $0.first(DropHistory(olderThan: history, now: time?.now())) }
        return Pass(made: made, dropped: dropped ?? 0)
    }

    /// Runs `body` unless another daemon holds the lock.
    private func alone(_ body: @Sendable (Transaction) async throws -> Int?) async throws -> Int? {
        try await pool.transaction(attempts: 1) { transaction in
            guard try await transaction.first(TryHistoryLock()) == true else { return nil }
            try await transaction.execute("set local lock_timeout = \(unsafe: Self.lockTimeout)")
            return try await body(transaction)
        }
    }
}

struct TryHistoryLock: Statement {
    static let sql = "select pg_try_advisory_xact_lock(hashtextextended('bursar.history', 0))"

    static func output(from row: inout Row) throws(PostgresError) -> Bool {
        try row.next()
    }
}

/// Makes the partitions of today, in UTC, and of the days after it. Gives how many were not there.
struct MakeHistoryDays: Statement {
    let ahead: Int
    let now: Instant?

    static let sql = """
        with clock as (select (coalesce($2, clock_timestamp()) at time zone 'UTC')::date as today)
        select count(*) filter (where bursar.make_history_day(clock.today + ahead.days))
        from clock, generate_series(0, $1::integer) as ahead (days)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(Int32(ahead))
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int {
        try row.next()
    }
}

/// Drops the days of which every moment is older. Gives how many.
struct DropHistory: Statement {
    let olderThan: Duration
    let now: Instant?

    static let sql = """
        select bursar.drop_history_before(
            ((coalesce($2, clock_timestamp()) - $1::bigint * interval '1 microsecond')
                at time zone 'UTC')::date)::bigint
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(olderThan.wholeMicroseconds)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int {
        try row.next()
    }
}
