import DaemonTestSupport
import DatabaseTestSupport
import FoundationEssentials
import Glibc

/// A pgbouncer between a daemon and its server.
struct Bouncer: Sendable {
    enum Mode: String, Sendable, CaseIterable {
        case transaction, session
    }

    let port: Int
    private let directory: String

    private static let paths = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]

    /// Where to connect to instead of the server.
    var uri: String {
        "host=127.0.0.1 port=\(port) user=\(FaultCluster.user) dbname=\(FaultCluster.database)"
    }

    /// Gives `body` a pooler that runs, and ends it afterwards.
    static func with(
        _ mode: Mode, to cluster: FaultCluster, settings: String = "", _ body: (Bouncer) async throws -> Void
    ) async throws {
        guard let program = paths.first(where: { access($0, X_OK) == 0 }) else {
            throw TestFailure("no pgbouncer; install the package pgbouncer")
        }
        let bouncer = try Bouncer(port: FreePort.take(), directory: Scratch.path("bouncer"))
        try Programs.makeDirectory(bouncer.directory)
        try bouncer.write(mode, to: cluster, settings)
        let started = try await Programs.attempt([program, "-d", "-q", bouncer.directory + "/pgbouncer.ini"])
        guard started.isSuccess else { throw TestFailure(started.words) }
        do {
            try await bouncer.untilItListens()
            try await body(bouncer)
        } catch {
            try? await bouncer.end()
            throw error
        }
        try await bouncer.end()
    }

    /// It goes into the background before it does.
    private func untilItListens() async throws {
        try await until("the pooler listens", within: .seconds(20)) {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            defer { close(descriptor) }
            return Loopback.with(port: UInt16(port)) { connect(descriptor, $0, $1) == 0 }
        }
    }

    private func write(_ mode: Mode, to cluster: FaultCluster, _ settings: String) throws {
        let text = """
            [databases]
            \(FaultCluster.database) = host=\(cluster.directory) port=\(cluster.port) user=\(FaultCluster.user)
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = any
            pool_mode = \(mode.rawValue)
            default_pool_size = 10
            logfile = \(directory)/log
            pidfile = \(directory)/pid
            \(settings)
            """
        try Data(text.utf8).write(to: URL(filePath: directory + "/pgbouncer.ini"))
    }

    private func end() async throws {
        let text = try String(contentsOfFile: directory + "/pid", encoding: .utf8)
        let pid = text.split(separator: "\n").first ?? ""
        _ = try await Programs.attempt(["/bin/kill", "-QUIT", String(pid)])
        try? FileManager.default.removeItem(atPath: directory)
    }
}
