/// How a session is opened and what it never does for longer than a limit.
package struct ConnectionOptions: Sendable {
    /// Shown by pg_stat_activity and in the server's log.
    package var applicationName: String
    /// For one host, unless the address has a `connect_timeout`. Looking up its name is not counted: libpq does it in
    /// one go.
    package var perHostTimeout: Duration
    /// The server ends a statement that takes longer.
    package var statementTimeout: Duration?
    /// A session that does not answer for this long is given up as lost. Nil: the statement timeout and a grace.
    package var silenceLimit: Duration?
    /// Settings of the session, such as `lock_timeout` or `plan_cache_mode`. They win over the address's `options`.
    package var settings: [String: String]
    /// Sees each statement; see `StatementObserver`.
    package var observer: (any StatementObserver)?

    package init(
        applicationName: String = "bursar",
        perHostTimeout: Duration = .seconds(5),
        statementTimeout: Duration? = nil,
        silenceLimit: Duration? = nil,
        settings: [String: String] = [:],
        observer: (any StatementObserver)? = nil
    ) {
        self.applicationName = applicationName
        self.perHostTimeout = perHostTimeout
        self.statementTimeout = statementTimeout
        self.silenceLimit = silenceLimit
        self.settings = settings
        self.observer = observer
    }

    /// How long after the server's own limit the answer may still be on its way.
    static let silenceGrace: Duration = .seconds(10)

    var effectiveSilenceLimit: Duration? {
        silenceLimit ?? statementTimeout.map { $0 + Self.silenceGrace }
    }
}

/// Sees each statement of a connection: for latencies, and for tests that make the n-th statement fail.
package protocol StatementObserver: Sendable {
    /// Before a statement is sent. What it throws is the statement's outcome, and nothing is sent.
    func willRun(_ statement: String) throws(PostgresError)
    /// After its result came.
    func didRun(_ statement: String, took: Duration, failure: PostgresError?)
}
