/// Every key outside the schedules, in the order of the reference file.
enum Settings {
    static let all: [Setting<Configuration>] = database + daemon + engine + investments

    /// Sections and keys at the top of the file.
    static let topLevel: [String] = {
        var names: [String] = []
        for setting in all {
            let name = String(setting.path.prefix { $0 != "." })
            if !names.contains(name) { names.append(name) }
        }
        return names + ["schedules"]
    }()

    static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

    /// The mapping whose keys are kinds of jobs.
    static let limits = "engine.limits"

    /// Every key with its sections, mappings by names too.
    static let paths = all.map(\.path) + [limits]

    /// The keys of a section.
    static func keys(in section: String) -> [String] {
        paths.filter { $0.hasPrefix(section + ".") }.map { String($0.dropFirst(section.count + 1)) }
    }

    /// The longest path of a socket that Linux takes.
    private static let socketPathMax = 107

    private static let database: [Setting<Configuration>] = [
        Setting("database.url", expected: DatabaseURL.expected) { input throws(SettingProblem) in
            let url = input.text
            if let hint = DatabaseURL.complaint(about: url) {
                throw SettingProblem(complaint: "is not a PostgreSQL address", hint: hint)
            }
            return { $0.database.url = url }
        } show: {
            $0.database.isEmbedded ? .unset("") : .text(DatabaseURL.redacted($0.database.url))
        }
        .secret { $0.database.url }.overridden(by: "BURSAR_DATABASE_URL").needsRestart(),
        .integer("database.pool_size", 2...200, get: { $0.database.poolSize }, set: { $0.database.poolSize = $1 })
            .needsRestart(),
        .duration(
            "database.connect_timeout", .seconds(1)...(.seconds(300)), get: { $0.database.connectTimeout },
            set: { $0.database.connectTimeout = $1 }
        ).needsRestart(),
    ]

    private static let daemon: [Setting<Configuration>] = [
        .path("state_directory", maxBytes: 1_024, get: { $0.stateDirectory }, set: { $0.stateDirectory = $1 })
            .overridden(by: "BURSAR_STATE_DIRECTORY", ambient: "STATE_DIRECTORY").needsRestart(),
        .path("admin.socket", maxBytes: socketPathMax, get: { $0.admin.socket }, set: { $0.admin.socket = $1 })
            .needsRestart(),
        .choice("logging.level", get: { $0.logging.level }, set: { $0.logging.level = $1 }),
    ]

    private static let engine: [Setting<Configuration>] = [
        .integer("engine.workers", 1...1_024, get: { $0.engine.workers }, set: { $0.engine.workers = $1 })
            .needsRestart(),
        .duration(
            "engine.drain", .zero...(.seconds(3_600)), get: { $0.engine.drain }, set: { $0.engine.drain = $1 }),
        .duration(
            "engine.lease", .seconds(1)...(.seconds(3_600)), get: { $0.engine.lease }, set: { $0.engine.lease = $1 }
        ).needsRestart(),
        .duration(
            "engine.beat", .milliseconds(100)...(.seconds(900)), get: { $0.engine.beat }, set: { $0.engine.beat = $1 }
        ).needsRestart(),
        .duration(
            "engine.poll", .milliseconds(100)...(.seconds(60)), get: { $0.engine.poll }, set: { $0.engine.poll = $1 }
        ).needsRestart(),
        .duration(
            "engine.clock_jump_limit", .seconds(60)...(.seconds(86_400)), get: { $0.engine.clockJumpLimit },
            set: { $0.engine.clockJumpLimit = $1 }),
        .optionalDuration(
            "engine.history", .seconds(86_400)...(.seconds(3_660 * 86_400)),
            tooShort: "it is kept and dropped by whole days; write none to keep it for ever",
            get: { $0.engine.history }, set: { $0.engine.history = $1 }),
    ]

    private static let investments: [Setting<Configuration>] = [
        .flag(
            "investments.scheduler_enabled", get: { $0.investments.schedulerEnabled },
            set: { $0.investments.schedulerEnabled = $1 }
        ).overridden(by: "CALCULATION_SCHEDULER_ENABLED"),
        .flag(
            "investments.webhook_enabled", get: { $0.investments.webhookEnabled },
            set: { $0.investments.webhookEnabled = $1 }
        ).overridden(by: "CALCULATION_WEBHOOK_ENABLED"),
        .integer(
            "investments.batch_size", 1...1_000_000, get: { $0.investments.batchSize },
            set: { $0.investments.batchSize = $1 }
        ).overridden(by: "CALCULATION_BATCH_SIZE"),
        .integer(
            "investments.max_retries", 1...100, get: { $0.investments.maxRetries },
            set: { $0.investments.maxRetries = $1 }
        ).overridden(by: "CALCULATION_MAX_RETRIES"),
        .flag(
            "investments.rate_limit_enabled", get: { $0.investments.rateLimitEnabled },
            set: { $0.investments.rateLimitEnabled = $1 }
        ).overridden(by: "CALCULATION_RATE_LIMIT_ENABLED"),
        .choice(
            "investments.security_level", get: { $0.investments.securityLevel },
            set: { $0.investments.securityLevel = $1 }
        ).overridden(by: "CALCULATION_SECURITY_LEVEL"),
        .choice("investments.first_rate", get: { $0.investments.firstRate }, set: { $0.investments.firstRate = $1 }),
        .duration(
            "investments.retention", .seconds(3_600)...(.seconds(3_660 * 86_400)),
            get: { $0.investments.retention }, set: { $0.investments.retention = $1 }),
    ]
}
