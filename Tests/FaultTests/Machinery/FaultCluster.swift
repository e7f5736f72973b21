import DaemonTestSupport
import DatabaseTestSupport
import FoundationEssentials
import Glibc
import Migrations
import Postgres

/// A server of a test's own that can be hurt. Reached by its Unix socket and by TCP on this machine.
struct FaultCluster: Sendable {
    /// Holds the data, the log and the socket.
    let directory: String
    let port: Int
    /// Goes before each command that touches the data, when they are where only it leads.
    var wrapper: [String] = []

    enum Stop: String, Sendable {
        /// Sessions are ended, everything is written.
        case fast
        /// As if the machine had lost its power.
        case immediate
    }

    static let database = "bursar"
    static let user = "bursar"
    private static let startSeconds = 120

    var data: String { directory + "/data" }
    var log: String { directory + "/log" }

    /// By the Unix socket.
    var uri: String { "host=\(directory) port=\(port) user=\(Self.user) dbname=\(Self.database)" }
    /// By TCP.
    var tcp: String { "host=127.0.0.1 port=\(port) user=\(Self.user) dbname=\(Self.database)" }
    var address: PostgresAddress { get throws { try PostgresAddress(uri: uri) } }

    /// A copy of a cluster with the whole schema and the bank's tables, not started yet.
    static func copied(_ settings: [String: String] = [:]) async throws -> FaultCluster {
        let cluster = try FaultCluster(directory: Scratch.path("fault"), port: FreePort.take())
        try Programs.makeDirectory(cluster.directory)
        try await cluster.fill(settings)
        return cluster
    }

    /// Makes the data directory.
    func fill(_ settings: [String: String] = [:]) async throws {
        let prepared = try await Prepared.shared.value()
        try await perform(["/bin/cp", "-a", "-T", "--", prepared.data, data])
        try await configure(settings)
    }

    /// Runs a command as the server's account, where the data are.
    @discardableResult
    func perform(_ command: [String]) async throws -> String {
        let outcome =
            wrapper.isEmpty
            ? try await Programs.attempt(command) : try await Programs.bare(wrapper + Programs.dropping + command)
        guard outcome.isSuccess else { throw TestFailure("\(command): \(outcome.words)\n\(lastWords)") }
        return outcome.words
    }

    /// Gives `body` a running server, and ends it afterwards whatever became of it.
    static func with(
        _ settings: [String: String] = [:], _ body: (FaultCluster) async throws -> Void
    ) async throws {
        let cluster = try await copied(settings)
        do {
            try await cluster.start()
            try await body(cluster)
        } catch {
            try? await cluster.remove()
            throw error
        }
        try await cluster.remove()
    }

    /// Writes the settings that are this cluster's own.
    func configure(_ settings: [String: String] = [:]) async throws {
        var all = [
            "listen_addresses": "127.0.0.1", "port": "\(port)", "unix_socket_directories": directory,
            "max_connections": "40", "shared_buffers": "16MB", "wal_level": "replica", "max_wal_senders": "4",
            "min_wal_size": "32MB", "max_wal_size": "64MB", "log_min_messages": "warning", "timezone": "Asia/Kolkata",
            "logging_collector": "off", "dynamic_shared_memory_type": "mmap", "restart_after_crash": "on",
        ]
        all.merge(settings) { $1 }
        let text = all.sorted { $0.key < $1.key }.map { "\($0.key) = '\($0.value)'\n" }.joined()
        try await overwrite("postgresql.auto.conf", text)
        try await overwrite(
            "pg_hba.conf", "local all all trust\nlocal replication all trust\nhost all all 127.0.0.1/32 trust\n")
    }

    private func overwrite(_ name: String, _ text: String) async throws {
        try await perform(["/bin/sh", "-c", "printf %s \"$1\" > \"$2\"", "sh", text, "\(data)/\(name)"])
    }

    /// Returns once it takes connections.
    func start() async throws {
        try await control("start", ["-l", log, "-t", "\(Self.startSeconds)"])
    }

    func stop(_ how: Stop) async throws {
        try await control("stop", ["-m", how.rawValue])
    }

    /// Makes a standby the primary.
    func promote() async throws {
        try await control("promote")
    }

    private func control(_ verb: String, _ arguments: [String] = []) async throws {
        let waits = verb == "status" ? [] : ["-w"]
        try await perform([try Programs.path("pg_ctl"), verb, "-D", data, "-s"] + waits + arguments)
    }

    /// Whether a postmaster is there.
    var isRunning: Bool {
        get async { await (try? control("status")) != nil }
    }

    /// One statement over a session of its own.
    func ask<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
        try await session { try await $0.value(sql, as: type) }
    }

    func tell(_ sql: SQL) async throws {
        _ = try await session { try await $0.execute(sql) }
    }

    func session<T: Sendable>(_ body: (PostgresConnection) async throws -> T) async throws -> T {
        let connection = try await PostgresConnection.connect(to: address)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    /// The end of its log, for a failure.
    var lastWords: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? "no log"
        return text.split(separator: "\n").suffix(12).joined(separator: "\n")
    }

    func remove() async throws {
        if await isRunning { _ = try? await stop(.immediate) }
        try? FileManager.default.removeItem(atPath: directory)
    }
}

/// initdb and the migrations take most of the time: each test begins with a copy.
private enum Prepared {
    static let shared = Once {
        let cluster = try FaultCluster(directory: Scratch.path("prepared"), port: FreePort.take())
        try Programs.makeDirectory(cluster.directory)
        try await Programs.run(
            "initdb",
            [
                "-D", cluster.data, "-U", FaultCluster.user, "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8",
                "--no-instructions", "--wal-segsize=1",
            ])
        try await cluster.configure()
        try await cluster.start()
        let maintenance = try PostgresAddress(uri: cluster.uri).setting("dbname", to: "postgres")
        let server = try await PostgresConnection.connect(to: maintenance)
        try await server.execute("create database bursar")
        await server.close()
        try await cluster.session { connection in
            _ = try await Migrator(migrations: Migration.all).migrate(on: connection)
            try await connection.script(Bank.schema)
        }
        try await cluster.stop(.fast)
        return cluster
    }
}

/// Ports that nobody uses now.
enum FreePort {
    static func take() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        guard let port = Loopback.bind(descriptor, port: 0) else { throw TestFailure("no port is free") }
        return Int(port)
    }
}

/// This machine's own address.
enum Loopback {
    /// Binds the socket to a port, 0 for any; returns which.
    static func bind(_ descriptor: Int32, port: UInt16) -> UInt16? {
        let isBound = with(port: port) { Glibc.bind(descriptor, $0, $1) == 0 }
        guard isBound else { return nil }
        var name = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return status == 0 ? UInt16(bigEndian: name.sin_port) : nil
    }

    /// Calls `body` with the address of a port.
    static func with<T>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        return withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
