package import Primitives

/// How the daemon is: what `bursarctl status` shows.
package struct StatusAnswer: Sendable, Hashable, Codable {
    package var build: String
    package var processID: Int
    package var startedAt: Instant
    package var now: Instant
    package var uptimeSeconds: Int
    /// May take work: every check is passed.
    package var ready: Bool
    package var checks: [CheckAnswer]
    package var database: DatabaseAnswer
    /// The daemons that share the database and have not ended; empty when it cannot be reached.
    package var daemons: [DaemonAnswer]
    /// Null when the database cannot be reached.
    @Nullable package var jobs: JobCounts?
    /// The first tick of a schedule that is neither paused nor disabled.
    @Nullable package var nextTick: TickAnswer?
    /// Null when the database cannot be reached.
    @Nullable package var schedules: ScheduleCounts?
    package var lastRuns: [RunAnswer]
    package var socket: String
    package var configFiles: [String]

    private enum CodingKeys: String, CodingKey {
        case build
        case processID = "pid"
        case startedAt = "started_at"
        case now
        case uptimeSeconds = "uptime_seconds"
        case ready, checks, database, daemons, jobs
        case nextTick = "next_tick"
        case schedules
        case lastRuns = "last_runs"
        case socket
        case configFiles = "config_files"
    }

    package init(
        build: String, processID: Int, startedAt: Instant, now: Instant, uptimeSeconds: Int, ready: Bool,
        checks: [CheckAnswer], database: DatabaseAnswer, daemons: [DaemonAnswer], jobs: JobCounts? = nil,
        nextTick: TickAnswer? = nil, schedules: ScheduleCounts? = nil, lastRuns: [RunAnswer], socket: String,
        configFiles: [String]
    ) {
        self.build = build
        self.processID = processID
        self.startedAt = startedAt
        self.now = now
        self.uptimeSeconds = uptimeSeconds
        self.ready = ready
        self.checks = checks
        self.database = database
        self.daemons = daemons
        self.jobs = jobs
        self.nextTick = nextTick
        self.schedules = schedules
        self.lastRuns = lastRuns
        self.socket = socket
        self.configFiles = configFiles
    }
}

/// One thing that must hold before the daemon takes work.
package struct CheckAnswer: Sendable, Hashable, Codable {
    package var name: String
    package var passed: Bool
    /// What was found, and what to do about it when it did not pass.
    package var detail: String

    private enum CodingKeys: String, CodingKey {
        case name, passed, detail
    }

    package init(name: String, passed: Bool, detail: String) {
        self.name = name
        self.passed = passed
        self.detail = detail
    }
}

/// Which database the daemon uses and whether it answers.
package struct DatabaseAnswer: Sendable, Hashable, Codable {
    /// `embedded` or `external`.
    package var mode: String
    /// Without its password.
    package var address: String
    package var reachable: Bool
    /// Of one small statement just now.
    @Nullable package var roundTripMilliseconds: Double?
    @Nullable package var serverVersion: String?
    /// Why it cannot be reached.
    @Nullable package var error: String?

    private enum CodingKeys: String, CodingKey {
        case mode, address, reachable
        case roundTripMilliseconds = "round_trip_milliseconds"
        case serverVersion = "server_version"
        case error
    }

    package init(
        mode: String, address: String, reachable: Bool, roundTripMilliseconds: Double? = nil,
        serverVersion: String? = nil, error: String? = nil
    ) {
        self.mode = mode
        self.address = address
        self.reachable = reachable
        self.roundTripMilliseconds = roundTripMilliseconds
        self.serverVersion = serverVersion
        self.error = error
    }
}
