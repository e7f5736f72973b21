// swift-tools-version:6.2
import PackageDescription

// The module graph in reading order: what people start, what it is made of, what everything speaks.
// A target may import only what it lists here; the tidy tests hold the directions.

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let bigInt = Target.Dependency.product(name: "BigInt", package: "BigInt")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "bursar",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // What people start.
        .executableTarget(
            name: "bursard",
            dependencies: [
                "BursarDaemon", "Events", "Primitives", "Systemd", argumentParser, lifecycle, logging, unixSignals,
            ]),
        .executableTarget(name: "bursarctl", dependencies: ["OperatorCommands"]),

        // The daemon and its operator's tool.
        .target(
            name: "BursarDaemon",
            dependencies: [
                "AdminAPI", "AdminHTTP", "Audit", "Config", "Cron", "Effects", "EmbeddedPostgres", "Events",
                "Investments", "Jobs", "JobsPostgres", "Migrations", "Postgres", "Primitives", "Scheduling", "Systemd",
                crypto, lifecycle, logging,
            ]),
        .target(
            name: "OperatorCommands",
            dependencies: [
                "AdminAPI", "Audit", "Config", "Cron", "EmbeddedPostgres", "Events", "Migrations", "Postgres",
                "Primitives", argumentParser, asyncHTTPClient, nioCore, nioHTTP1,
            ]),
        .target(
            name: "AdminHTTP",
            dependencies: [
                "AdminAPI", "Audit", "Config", "Cron", "Events", "Investments", "Jobs", "JobsPostgres", "Postgres",
                "Primitives", "Scheduling", hummingbird, hummingbirdCore, lifecycle, logging, nioCore, nioPosix,
            ]),
        .target(name: "AdminAPI", dependencies: ["Primitives"]),

        // The systems.
        .target(
            name: "Investments",
            dependencies: ["Cron", "Events", "Jobs", "JobsPostgres", "Postgres", "Primitives", bigInt, logging]),

        // The engine.
        .target(
            name: "JobsPostgres",
            dependencies: ["Audit", "Cron", "Events", "Jobs", "Postgres", "Primitives", "Scheduling", logging]),
        .target(name: "Effects", dependencies: ["Events", "Jobs", "Postgres", "Primitives", crypto, logging]),
        .target(name: "Scheduling", dependencies: ["Cron", "Events", "Primitives", logging]),
        .target(name: "Jobs", dependencies: ["Events", "Primitives", logging]),
        .target(name: "Cron", dependencies: ["Primitives"]),

        // What it stands on.
        .target(name: "Audit", dependencies: ["Postgres", "Primitives", crypto]),
        .target(name: "Config", dependencies: ["Cron", "Primitives", yams]),
        .target(
            name: "Migrations", dependencies: ["Postgres"], path: "Migrations",
            resources: [
                .embedInCode("0001_engine.sql"), .embedInCode("0002_investments.sql"),
                .embedInCode("0003_audit.sql"), .embedInCode("0004_operators.sql"), .embedInCode("0005_queues.sql"),
                .embedInCode("0006_effects.sql"), .embedInCode("0007_schedules.sql"),
                .embedInCode("0008_server_lives.sql"),
            ]),
        .target(name: "Postgres", dependencies: ["CLibPQ", "Primitives"]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "EmbeddedPostgres", dependencies: [subprocess, systemPackage]),
        .target(name: "Systemd", dependencies: ["CSystemd", "Primitives", logging]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(name: "Events", dependencies: [logging]),
        .target(name: "Primitives"),

        // Measured against the limit of the machine, never part of the product.
        .executableTarget(
            name: "bursar-bench",
            dependencies: [
                "Cron", "EmbeddedPostgres", "Investments", "Jobs", "JobsPostgres", "Migrations", "Postgres",
                "Primitives", "Scheduling", logging, subprocess, systemPackage,
            ], path: "Benchmarks", resources: [.embedInCode("Peers/peers.py")]),

        // Tests mirror the sources; the support targets are for tests alone.
        .target(name: "TestSupport", dependencies: ["Primitives"], path: "Tests/TestSupport"),
        .target(
            name: "DatabaseTestSupport",
            dependencies: ["EmbeddedPostgres", "Migrations", "Postgres"], path: "Tests/DatabaseTestSupport"),
        .target(
            name: "DaemonTestSupport", dependencies: ["TestSupport", subprocess, systemPackage],
            path: "Tests/DaemonTestSupport"),
        .target(
            name: "FuzzParsers",
            dependencies: ["AdminAPI", "Config", "Cron", "Postgres", "Primitives", "TestSupport"],
            path: "Tests/FuzzParsers"),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Audit", "DatabaseTestSupport", "Jobs", "JobsPostgres", "Postgres", "Primitives", "TestSupport",
                logging,
            ]),
        .testTarget(name: "FuzzTests", dependencies: ["Audit", "FuzzParsers", "TestSupport"]),
        .target(
            name: "ProviderSupport", dependencies: ["Effects", "Primitives"], path: "Tests/ProviderSupport"),
        .testTarget(
            name: "EffectsTests",
            dependencies: [
                "DatabaseTestSupport", "Effects", "Jobs", "JobsPostgres", "Postgres", "Primitives", "ProviderSupport",
                "TestSupport", logging,
            ]),
        .testTarget(name: "EventsTests", dependencies: ["Events", logging]),
        .testTarget(name: "SystemdTests", dependencies: ["Primitives", "Systemd", "TestSupport", logging]),
        .testTarget(
            name: "AuditTests",
            dependencies: ["Audit", "DatabaseTestSupport", "Postgres", "Primitives", "TestSupport", crypto]),
        .testTarget(name: "PrimitivesTests", dependencies: ["Primitives"]),
        .testTarget(name: "CronTests", dependencies: ["Cron", "Primitives", "TestSupport"]),
        .testTarget(name: "ConfigTests", dependencies: ["Config", "Cron", "Primitives"]),
        .testTarget(
            name: "EmbeddedPostgresTests",
            dependencies: ["DatabaseTestSupport", "EmbeddedPostgres", "Postgres", subprocess, systemPackage]),
        .testTarget(
            name: "PostgresTests",
            dependencies: ["DatabaseTestSupport", "EmbeddedPostgres", "Postgres", "Primitives", "TestSupport"]),
        .testTarget(name: "JobsTests", dependencies: ["Jobs", "Primitives", "TestSupport", logging]),
        .testTarget(
            name: "SchedulingTests", dependencies: ["Cron", "Primitives", "Scheduling", "TestSupport", logging]),
        .testTarget(
            name: "JobsPostgresTests",
            dependencies: [
                "Audit", "Cron", "DatabaseTestSupport", "Events", "Jobs", "JobsPostgres", "Postgres", "Primitives",
                "Scheduling", "TestSupport", logging,
            ]),
        .testTarget(
            name: "InvestmentsTests",
            dependencies: [
                "Cron", "DatabaseTestSupport", "Investments", "Jobs", "JobsPostgres", "Postgres", "Primitives",
                "TestSupport", bigInt, logging,
            ]),
        .testTarget(
            name: "BursarDaemonTests",
            dependencies: [
                "AdminAPI", "AdminHTTP", "BursarDaemon", "Config", "Cron", "DatabaseTestSupport", "Effects",
                "Investments", "Jobs", "JobsPostgres", "Postgres", "Primitives", "Scheduling", "Systemd", "TestSupport",
                logging,
            ]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "bursard", "bursarctl", "DaemonTestSupport", "DatabaseTestSupport", "EmbeddedPostgres", "Postgres",
                "Primitives", "TestSupport", subprocess, systemPackage,
            ]),
        .executableTarget(
            name: "CrashWorker",
            dependencies: ["Effects", "Jobs", "JobsPostgres", "Postgres", "Primitives", "Scheduling", logging],
            path: "Tests/CrashWorker"),
        .testTarget(
            name: "CrashTests",
            dependencies: [
                "CrashWorker", "Cron", "DatabaseTestSupport", "Effects", "Jobs", "JobsPostgres", "Postgres",
                "Primitives", "ProviderSupport", "Scheduling", "TestSupport", subprocess, systemPackage,
            ]),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "bursard", "bursarctl", "DaemonTestSupport", "DatabaseTestSupport", "Jobs", "JobsPostgres",
                "Migrations", "Postgres", "Primitives", "TestSupport", logging, subprocess, systemPackage,
            ]),
        .testTarget(
            name: "AdminHTTPTests",
            dependencies: [
                "AdminAPI", "AdminHTTP", "Audit", "Config", "Cron", "DatabaseTestSupport", "Events", "Jobs",
                "JobsPostgres", "Postgres", "Primitives", "Scheduling", "TestSupport", lifecycle, logging,
            ]),
        .testTarget(
            name: "OperatorCommandsTests",
            dependencies: [
                "AdminAPI", "AdminHTTP", "Audit", "Config", "Cron", "DatabaseTestSupport", "EmbeddedPostgres", "Events",
                "Jobs", "JobsPostgres", "Migrations", "OperatorCommands", "Postgres", "Primitives", "Scheduling",
                "TestSupport", lifecycle, logging,
            ]),
        .testTarget(name: "TidyTests"),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
        .treatWarning("StrictLanguageFeatures", as: .error),
    ]
}
