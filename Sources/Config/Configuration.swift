/// Everything an operator may set. The defaults of its members are the defaults of the keys.
package struct Configuration: Sendable, Equatable {
    package var database = Database()
    /// Where the embedded database and the daemon's own files live.
    package var stateDirectory = "/var/lib/bursar"
    package var admin = Admin()
    package var engine = Engine()
    package var investments = Investments()
    package var logging = Logging()
    /// In the order of their names. The loader adds those that ship with Bursar.
    package var schedules: [ScheduleDefinition] = []

    package init() {}

    /// Where the embedded database lies: a directory of its own, since only the server's account may enter it.
    package var embeddedDirectory: String { Self.embeddedDirectory(under: stateDirectory) }

    /// Where the embedded database of a daemon with that state directory lies.
    package static func embeddedDirectory(under stateDirectory: String) -> String {
        stateDirectory + "/postgres"
    }
}

extension Configuration {
    /// Which PostgreSQL, and how it is reached.
    package struct Database: Sendable, Equatable {
        /// A libpq URI or `key=value` text, which may hold a password; empty means the embedded database.
        package var url = ""
        /// Connections of one daemon, apart from the one that listens.
        package var poolSize = 10
        /// For each host of the address.
        package var connectTimeout = Duration.seconds(5)

        package var isEmbedded: Bool { url.isEmpty }
    }

    /// Where operators and their tools reach the daemon.
    package struct Admin: Sendable, Equatable {
        package var socket = "/run/bursar/admin.sock"
    }

    /// How jobs are run.
    package struct Engine: Sendable, Equatable {
        /// Attempts that run side by side.
        package var workers = 4
        /// How long running attempts may go on after a stop was asked for.
        package var drain = Duration.seconds(30)
        package var lease = Duration.seconds(30)
        /// At most a quarter of the lease.
        package var beat = Duration.milliseconds(2_500)
        /// The longest time without a look for due jobs.
        package var poll = Duration.seconds(5)
        /// How far the database's clock may gain on the time that goes by.
        package var clockJumpLimit = Duration.seconds(600)
        /// By the name of the kind, in place of what the kind itself says.
        package var limits: [String: KindLimit] = [:]
        /// How long finished jobs are kept, in whole days; nil: for ever.
        package var history: Duration? = .seconds(30 * 86_400)
    }

    /// How many jobs of a kind run at once; nil: as many as the kind itself says.
    package struct KindLimit: Sendable, Equatable {
        /// In the whole fleet.
        package var concurrency: Int?
        /// Of one limit key.
        package var perKey: Int?

        package init(concurrency: Int? = nil, perKey: Int? = nil) {
            self.concurrency = concurrency
            self.perKey = perKey
        }
    }

    /// The valuation of investments.
    package struct Investments: Sendable, Equatable {
        /// Students of one transaction.
        package var batchSize = 10_000
        /// Attempts of a run, the first included.
        package var maxRetries = 3
        package var firstRate = FirstRate.hold
        package var schedulerEnabled = true
        package var webhookEnabled = true
        package var rateLimitEnabled = true
        package var securityLevel = SecurityLevel.high
        /// How long the amounts of a run that is no longer current are kept.
        package var retention = Duration.seconds(30 * 86_400)
    }

    /// What is logged.
    package struct Logging: Sendable, Equatable {
        package var level = LogLevel.info
    }

    /// What an investment earns before its class's first rate.
    package enum FirstRate: String, Sendable, CaseIterable {
        /// What the first rate says.
        case hold
        case zero
        /// The class has no value and a finding says so.
        case error
    }

    /// What a caller of the webhook must show: a token; also limits and address lists; also a signature.
    package enum SecurityLevel: String, Sendable, CaseIterable {
        case low, medium, high
    }

    /// The levels of swift-log.
    package enum LogLevel: String, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }
}

extension Configuration {
    /// Whether a schedule's ticks start anything: its own switch, and its system's.
    package func isEnabled(_ schedule: ScheduleDefinition) -> Bool {
        schedule.enabled && (investments.schedulerEnabled || !schedule.kind.hasPrefix("investments."))
    }
}

/// Not even a dump shows the password.
extension Configuration.Database: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        "Database(url: \(DatabaseURL.redacted(url)), poolSize: \(poolSize), connectTimeout: \(connectTimeout))"
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "url": DatabaseURL.redacted(url), "poolSize": poolSize, "connectTimeout": connectTimeout,
            ])
    }
}
