import DaemonTestSupport
import DatabaseTestSupport
import FoundationEssentials
import Glibc
import Postgres
import Primitives
import Subprocess
import SystemPackage
import Testing

/// What the service manager hears of a daemon from its start to its end.
@Suite struct ReadinessTests {
    @Test func `ready is said once the database answers; what came before waited for it`() async throws {
        try await withDatabase { database in
            try await withDirectory { directory in
                // The way to the server's socket leads nowhere at first.
                let real = try #require(database.address["host"])
                let gate = directory.appending("gate").string
                let uri = "host=\(gate) user=\(database.address["user"] ?? "") dbname=\(database.name)"
                let ending = try await WatchedDaemon.run(
                    Settings.quick, database: uri, environment: ["WATCHDOG_USEC": "2000000"], in: directory
                ) { daemon in
                    let waiting = try await daemon.notify.first("that it waits") {
                        $0.status?.hasPrefix("starting: database: ") == true
                    }
                    #expect(waiting.value(of: "EXTEND_TIMEOUT_USEC") == "20000000")
                    // A reload that is asked for too early waits: its end says that the daemon is ready.
                    daemon.hangUp()
                    try await daemon.notify.first("that it lives") { $0.says("WATCHDOG=1") }
                    try await daemon.notify.first("that it waits again") {
                        $0.status?.hasPrefix("starting: database: ") == true
                    }
                    try FileManager.default.createSymbolicLink(atPath: gate, withDestinationPath: real)
                    try await daemon.ready()
                    try await daemon.notify.first("the reload") { $0.says("RELOADING=1") }
                    try await daemon.ready()
                    try await daemon.notify.status(with: "database ")
                    daemon.process.stop()
                    let stopping = try await daemon.notify.first("STOPPING=1") { $0.says("STOPPING=1") }
                    #expect(stopping.status == "stopping" && stopping.value(of: "EXTEND_TIMEOUT_USEC") != nil)
                    try expectOrder(of: daemon.notify.messages)
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
            }
        }
    }

    /// READY=1 before RELOADING=1, and neither after STOPPING=1.
    private func expectOrder(of messages: [NotifySocket.Message]) throws {
        let ready = try #require(messages.firstIndex { $0.isReady })
        let reload = try #require(messages.firstIndex { $0.says("RELOADING=1") })
        let stop = try #require(messages.firstIndex { $0.says("STOPPING=1") })
        #expect(ready < reload)
        #expect(messages[..<ready].compactMap(\.status).allSatisfy { $0.hasPrefix("starting: ") })
        #expect(!messages[stop...].contains { $0.isReady || $0.status?.hasPrefix("ready") == true })
    }

    @Test(arguments: Refusal.allCases)
    func `what cannot be mended by waiting is never ready, and its last word says why`(refusal: Refusal) async throws {
        try await withEmptyDatabase { database in
            try await withDirectory { directory in
                let files = WatchedDaemon.Files(directory: directory)
                try refusal.prepare(files)
                let holder = try refusal == .socketTaken ? ListeningSocket(files.socket) : nil
                defer { holder?.close() }
                if refusal.needsSchema {
                    let migrated = try await Tool.run(["migrate"], environment: ["BURSAR_DATABASE_URL": database.uri])
                    #expect(migrated.exit == 0, "\(migrated.complaint)")
                }
                var heard: NotifySocket?
                let ending = try await WatchedDaemon.run(
                    refusal.settings, database: database.uri, environment: refusal.environment(files), in: directory
                ) { heard = $0.notify }
                let notify = try #require(heard)
                let last = try await notify.first("why it failed") { $0.status?.hasPrefix("failed: ") == true }
                #expect(ending.status == .exited(refusal.exit), "\(ending.log)")
                for word in refusal.words(files) {
                    #expect(last.status?.contains(word) == true, "\(word) in \(last.status ?? "")")
                    #expect(ending.log.contains(word), "\(word) in \(ending.log)")
                }
                #expect(last.value(of: "EXIT_STATUS") == "\(refusal.exit)")
                #expect(notify.messages.last?.status == last.status, "something came after it")
                #expect(!notify.messages.contains { $0.isReady })
            }
        }
    }

    @Test func `a manager that hears no more is said once, and the daemon goes on`() async throws {
        try await withDatabase { database in
            try await withDirectory { directory in
                let ending = try await WatchedDaemon.run(
                    Settings.quick, database: database.uri, in: directory
                ) { daemon in
                    try await daemon.ready()
                    daemon.notify.remove()
                    for _ in 0..<3 {
                        let answer = try await daemon.tool("reload")
                        #expect(answer.exit == 0, "\(answer.complaint)")
                    }
                    daemon.process.stop()
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
                #expect(ending.log.matches(of: #/BRS-1105/#).count == 1, "\(ending.log)")
            }
        }
    }

    @Test func `told to stop while it waits for a database, it says that it stops, and stops`() async throws {
        try await withDirectory { directory in
            let nowhere = "host=\(directory.string) user=nobody dbname=none"
            let ending = try await WatchedDaemon.run(Settings.quick, database: nowhere, in: directory) { daemon in
                try await daemon.notify.status(with: "starting: database: ")
                daemon.process.stop()
                try await daemon.notify.first("STOPPING=1") { $0.says("STOPPING=1") }
            }
            #expect(ending.status == .exited(0), "\(ending.log)")
        }
    }
}

/// Why a daemon cannot start.
enum Refusal: CaseIterable, Sendable {
    case brokenFile, unreadableCredential, noSchema, socketTaken, noDrill

    var exit: Int32 {
        switch self {
        case .brokenFile, .unreadableCredential, .noDrill: 78
        case .noSchema: 76
        case .socketTaken: 69
        }
    }

    var needsSchema: Bool { self != .noSchema }

    var settings: String {
        self == .brokenFile ? "engine:\n  workers: 2\n  drian: 5s\n" : Settings.quick
    }

    func prepare(_ files: WatchedDaemon.Files) throws {
        guard self == .unreadableCredential else { return }
        // A directory, since root may read every file.
        try FileManager.default.createDirectory(
            atPath: files.directory.appending("database.password").string, withIntermediateDirectories: false)
    }

    func environment(_ files: WatchedDaemon.Files) -> [String: String] {
        switch self {
        case .unreadableCredential: ["CREDENTIALS_DIRECTORY": files.directory.string]
        case .noDrill: ["BURSAR_DRILL": "stall:everything@1s"]
        case .brokenFile, .noSchema, .socketTaken: [:]
        }
    }

    /// What the last status and the log name.
    func words(_ files: WatchedDaemon.Files) -> [String] {
        switch self {
        case .brokenFile: ["\(files.config):3:3", "drian"]
        case .unreadableCredential: ["database.password", "directory"]
        case .noSchema: ["schema"]
        case .socketTaken: [files.socket, "another daemon listens"]
        case .noDrill: ["BURSAR_DRILL"]
        }
    }
}

/// Settings of tests.
enum Settings {
    /// A daemon that notices everything soon, and has nothing to do.
    static let quick = with("")

    /// The same with more schedules, each line indented by two.
    static func with(_ schedules: String, more: String = "") -> String {
        """
        engine: {workers: 2, lease: 4s, beat: 200ms, poll: 500ms, drain: 5s}
        \(more)
        schedules:
          investments.hourly: {enabled: false}
          investments.daily: {enabled: false}
        \(schedules)
        """
    }
}
