import DaemonTestSupport
import DatabaseTestSupport
import EmbeddedPostgres
import FoundationEssentials
import Glibc
import Postgres
import Subprocess
import SystemPackage
import Testing

/// The watchdog against a daemon that hangs, and against one whose database is gone.
@Suite struct SupervisionTests {
    /// Short, so that a stall is told as soon as a loop is beyond its limit.
    private static let watchdog = ["WATCHDOG_USEC": "2000000"]

    @Test(arguments: ["scheduler", "dispatcher", "beat", "pool"])
    func `a loop that hangs is named, and the manager is asked to restart the process`(loop: String) async throws {
        try await withDatabase { database in
            try await withDirectory { directory in
                let drill = Self.watchdog.merging(["BURSAR_DRILL": "stall:\(loop)@1s"]) { $1 }
                let ending = try await WatchedDaemon.run(
                    Settings.quick, database: database.uri, environment: drill, in: directory
                ) { daemon in
                    try await daemon.ready()
                    try await daemon.notify.first("that it lives") { $0.says("WATCHDOG=1") }
                    let last = try await daemon.notify.first("the trigger") { $0.says("WATCHDOG=trigger") }
                    let names = Self.names(of: loop)
                    #expect(names.contains { last.status?.contains($0) == true }, "\(last.assignments)")
                    // Like the manager, which acts at once.
                    daemon.process.kill()
                    #expect(daemon.notify.messages.count { $0.says("WATCHDOG=trigger") } == 1)
                    #expect(daemon.notify.messages.last { $0.says("WATCHDOG=1") }.map { $0.at < last.at } == true)
                }
                #expect(ending.status == .signaled(SIGKILL))
                #expect(
                    Self.names(of: loop).contains { ending.log.contains("the loop \($0) has not moved") },
                    "\(ending.log)")
                for code in ["BRS-1104", "BRS-1101", "BRS-1102"] {
                    #expect(ending.log.contains(code), "\(code) in \(ending.log)")
                }
            }
        }
    }

    /// What is beyond its limit first: a beat that hangs holds the dispatcher's actor, and all of its loops with it.
    private static func names(of loop: String) -> [String] {
        switch loop {
        case "pool": ["thread pool"]
        case "beat": ["beat", "dispatcher"]
        default: [loop]
        }
    }

    @Test(arguments: Outage.allCases)
    func `a database that is gone for long is said, is no stall, and is taken up again`(outage: Outage) async throws {
        let place = try Scratch.path("outage")
        let cluster = try EmbeddedCluster(directory: place, settings: Outage.settings)
        let uri = try await cluster.start()
        let migrated = try await Tool.run(["migrate"], environment: ["BURSAR_DATABASE_URL": uri])
        #expect(migrated.exit == 0, "\(migrated.complaint)")
        // A server that is frozen could not be stopped.
        defer { try? Outage.signal(SIGCONT, in: place) }
        try await withDirectory { directory in
            let ending = try await WatchedDaemon.run(
                Settings.quick, database: uri, environment: Self.watchdog, in: directory
            ) { daemon in
                try await daemon.ready()
                try await daemon.notify.status(with: "ready; 0 waiting")
                try await outage.begin(cluster, in: place)
                try await daemon.notify.status(with: "degraded: the database does not answer since")
                // Longer than any loop may take.
                for _ in 0..<24 { try await daemon.notify.first("that it lives") { $0.says("WATCHDOG=1") } }
                let status = try await daemon.tool("status", "--json")
                #expect(status.output.contains(#/"reachable" ?: ?false/#), "\(status.output)")
                try await outage.end(cluster, in: place)
                try await daemon.notify.status(with: "ready; 0 waiting")
                #expect(!daemon.notify.messages.contains { $0.says("WATCHDOG=trigger") })
                daemon.process.stop()
            }
            #expect(ending.status == .exited(0), "\(ending.log)")
            #expect(!ending.log.contains("BRS-1101"), "\(ending.log)")
            #expect(ending.log.contains("BRS-4001") && ending.log.contains("BRS-4002"), "\(ending.log)")
        }
        try await cluster.stop()
    }
}

/// How a database goes away.
enum Outage: CaseIterable, Sendable {
    /// Connections end, and new ones are refused.
    case stopped
    /// Connections stay, and nobody answers.
    case frozen

    static var settings: ClusterSettings {
        var settings = ClusterSettings()
        settings.isDurable = false
        settings.parameters = ["shared_buffers": "16MB"]
        return settings
    }

    func begin(_ cluster: EmbeddedCluster, in place: String) async throws {
        switch self {
        case .stopped: try await cluster.stop()
        case .frozen: try Self.signal(SIGSTOP, in: place)
        }
    }

    func end(_ cluster: EmbeddedCluster, in place: String) async throws {
        switch self {
        case .stopped: _ = try await cluster.start()
        case .frozen: try Self.signal(SIGCONT, in: place)
        }
    }

    /// To the server and each process that it has made.
    static func signal(_ number: Int32, in place: String) throws {
        let file = place + "/data/postmaster.pid"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let server = try #require(pid_t(text.split(separator: "\n")[0]))
        _ = kill(server, number)
        for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
            guard let process = pid_t(entry), parent(of: process) == server else { continue }
            _ = kill(process, number)
        }
    }

    private static func parent(of process: pid_t) -> pid_t? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
        // The name, in brackets, may hold anything.
        let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ")
        return fields.flatMap { $0.count > 1 ? pid_t($0[1]) : nil }
    }
}
