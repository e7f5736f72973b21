/// Which modules each target may import. A row is the whole truth about its target: what it leaves out is not allowed.
///
/// Adding a word to a row is a decision about the architecture; the laws below say which are wrong whatever the reason.
enum ImportTable {
    /// Product targets, from what people start down to what everyone speaks.
    static let rows: [String: Set<String>] = [
        "bursard": [
            "ArgumentParser", "BursarDaemon", "Events", "Glibc", "Logging", "Primitives", "ServiceLifecycle", "Systemd",
            "UnixSignals",
        ],
        "bursarctl": ["Glibc", "OperatorCommands"],
        "bursar-bench": [
            "ArgumentParser", "Config", "Cron", "Dispatch", "EmbeddedPostgres", "Glibc", "Investments", "Jobs",
            "JobsPostgres", "Logging", "Migrations", "Postgres", "Primitives", "Scheduling", "Subprocess",
            "SystemPackage",
        ],
        "BursarDaemon": [
            "AdminAPI", "AdminHTTP", "Audit", "Config", "Cron", "Crypto", "Dispatch", "Effects", "EmbeddedPostgres",
            "Events", "Glibc", "Investments", "Jobs", "JobsPostgres", "Logging", "Migrations", "Postgres",
            "Primitives", "Scheduling", "ServiceLifecycle", "Systemd",
        ],
        "OperatorCommands": [
            "AdminAPI", "ArgumentParser", "AsyncHTTPClient", "Audit", "Config", "Cron", "EmbeddedPostgres", "Events",
            "Glibc", "Logging", "Migrations", "NIOCore", "NIOHTTP1", "Postgres", "Primitives",
        ],
        "AdminHTTP": [
            "AdminAPI", "Audit", "Config", "Cron", "Events", "Glibc", "HTTPTypes", "Hummingbird", "HummingbirdCore",
            "Investments", "Jobs", "JobsPostgres", "Logging", "NIOCore", "NIOPosix", "Postgres", "Primitives",
            "Scheduling", "ServiceLifecycle",
        ],
        "AdminAPI": ["Primitives"],
        "Investments": [
            "BigInt", "Cron", "Events", "Glibc", "Jobs", "JobsPostgres", "Logging", "Postgres", "Primitives",
            "Scheduling",
        ],
        "JobsPostgres": ["Audit", "Cron", "Events", "Jobs", "Logging", "Postgres", "Primitives", "Scheduling"],
        "Effects": ["Crypto", "Events", "Jobs", "Logging", "Postgres", "Primitives"],
        "Scheduling": ["Cron", "Events", "Logging", "Primitives"],
        "Jobs": ["Events", "Logging", "Primitives"],
        "Cron": ["Primitives"],
        "Audit": ["Crypto", "Glibc", "Logging", "Postgres", "Primitives"],
        "Config": ["Cron", "Glibc", "Primitives", "Yams"],
        "EmbeddedPostgres": ["Glibc", "Logging", "Postgres", "Primitives", "Subprocess", "SystemPackage"],
        "Migrations": ["Postgres"],
        "Postgres": ["CLibPQ", "Dispatch", "Glibc", "Logging", "Primitives"],
        "Systemd": ["CSystemd", "Dispatch", "Glibc", "Logging", "Primitives"],
        "Events": ["Logging"],
        "Primitives": [],
    ]

    /// Test targets that mirror no single product target. `<Target>Tests` needs no row: see `row(ofTests:)`.
    static let testRows: [String: Set<String>] = [
        "CrashTests": testing.union(rows["BursarDaemon"] ?? []).union([
            "Effects", "ProviderSupport", "Subprocess", "SystemPackage",
        ]),
        "DaemonTestSupport": ["Dispatch", "Glibc", "Subprocess", "SystemPackage", "TestSupport"],
        "CrashWorker": [
            "Dispatch", "Effects", "Glibc", "Jobs", "JobsPostgres", "Logging", "Postgres", "Primitives", "Scheduling",
        ],
        "DatabaseTestSupport": [
            "EmbeddedPostgres", "Subprocess", "SystemPackage", "Glibc", "Logging", "Migrations", "Postgres",
            "Primitives", "Testing", "TestSupport",
        ],
        "EffectsTests": testing.union(["Effects", "Jobs", "JobsPostgres", "Postgres", "Primitives", "ProviderSupport"]),
        "EndToEndTests": testing.union([
            "AdminAPI", "EmbeddedPostgres", "Postgres", "Primitives", "Subprocess", "SystemPackage",
        ]),
        "FuzzParsers": ["AdminAPI", "Config", "Cron", "Glibc", "Postgres", "Primitives", "TestSupport"],
        "FuzzTests": testing.union(["Audit", "FuzzParsers"]),
        "FaultTests": testing.union([
            "Jobs", "JobsPostgres", "Migrations", "Postgres", "Primitives", "Subprocess", "SystemPackage",
        ]),
        "OperatorCommandsTests": testing.union(rows["OperatorCommands"] ?? []).union([
            "AdminHTTP", "Jobs", "JobsPostgres", "OperatorCommands", "Scheduling",
        ]),
        "PostgresTests": testing.union(rows["Postgres"] ?? []).union(["EmbeddedPostgres", "Postgres"]),
        "SimulationTests": testing.union(["Audit", "Jobs", "JobsPostgres", "Postgres", "Primitives"]),
        "ProviderSupport": ["Effects", "Primitives"],
        "TestSupport": ["Cron", "Glibc", "Jobs", "Logging", "Primitives", "Scheduling", "Testing"],
        "TidyTests": ["Testing"],
    ]

    /// Part of the language here: what every target may use.
    static let everywhere: Set<String> = ["FoundationEssentials", "Synchronization"]

    private static let testing: Set<String> = [
        "DaemonTestSupport", "DatabaseTestSupport", "Dispatch", "Glibc", "Logging", "Testing", "TestSupport",
    ]

    /// What tests of one target may import: the target, what it may import itself, and what tests are written with.
    static func row(ofTests target: String) -> Set<String>? {
        if let row = testRows[target] { return row }
        guard target.hasSuffix("Tests") else { return nil }
        let subject = String(target.dropLast("Tests".count))
        return rows[subject].map { $0.union(testing).union([subject]) }
    }
}

// MARK: Laws

extension ImportTable {
    /// Modules that only some product targets may ever import.
    static let reserved: [String: Set<String>] = [
        "ArgumentParser": ["OperatorCommands", "bursar-bench", "bursarctl", "bursard"],
        "BigInt": ["Investments"],
        "CCurl": ["Integrations"],
        "CLibPQ": ["Postgres"],
        "CSystemd": ["Systemd"],
        "DaemonTestSupport": [],
        "DatabaseTestSupport": [],
        "Hummingbird": ["AdminHTTP"],
        "ServiceLifecycle": ["AdminHTTP", "BursarDaemon", "bursard"],
        "Subprocess": ["EmbeddedPostgres", "bursar-bench"],
        "ProviderSupport": [],
        "TestSupport": [],
        "Testing": [],
        "Yams": ["Config"],
    ]

    /// Targets that a simulator runs without a server: no C library, no PostgreSQL, no process, no HTTP.
    static let pure: Set<String> = ["Cron", "Events", "Jobs", "Primitives", "Scheduling"]
    static let impure: Set<String> = [
        "AsyncHTTPClient", "CCurl", "CLibPQ", "CSystemd", "EmbeddedPostgres", "Foundation", "Glibc", "Hummingbird",
        "Postgres", "Subprocess", "SystemPackage", "Systemd",
    ]

    /// The systems of the business. What crosses from one to another is a job or a closure set in the wiring.
    static let systems: Set<String> = ["Credits", "Enrollment", "Investments", "PerformanceFees", "Referrals"]

    /// Why a row is wrong, whatever the reason it was given.
    static func faults(of target: String, importing row: Set<String>) -> [String] {
        var faults: [String] = []
        for module in row.sorted() {
            if let targets = reserved[module], !targets.contains(target) {
                let owners = targets.isEmpty ? "tests" : targets.sorted().joined(separator: ", ")
                faults.append("\(target) imports \(module), which is only for \(owners)")
            }
            if pure.contains(target), impure.contains(module) {
                faults.append("\(target) is pure and imports \(module)")
            }
            if systems.contains(target), systems.contains(module), target != module {
                faults.append("\(target) imports \(module), another system")
            }
        }
        return faults
    }
}
