import DatabaseTestSupport
import Dispatch
import EmbeddedPostgres
import Glibc
import Postgres
import Testing

@Suite struct ConnectingTests {
    @Test func `a dead first host gives way to the next`() async throws {
        try await withEmptyDatabase { database in
            let live = try #require(database.address["host"])
            let address = database.address.setting("host", to: "/nonexistent,\(live)")
            let connection = try await PostgresConnection.connect(to: address)
            #expect(try await connection.value("SELECT 1::int8", as: Int.self) == 1)
        }
    }

    @Test func `a host that takes connections and never answers costs its own time limit only`() async throws {
        try await withEmptyDatabase { database in
            let hole = try BlackHole()
            let live = try #require(database.address["host"])
            let port = database.address["port"] ?? "5432"
            let address = database.address.setting("host", to: "127.0.0.1,\(live)")
                .setting("port", to: "\(hole.port),\(port)")
            let patient = ConnectionOptions(perHostTimeout: .seconds(3))
            let connection = try await PostgresConnection.connect(to: address, options: patient)
            #expect(try await connection.value("SELECT 1::int8", as: Int.self) == 1)

            let alone = database.address.setting("host", to: "127.0.0.1").setting("port", to: "\(hole.port)")
            let hasty = ConnectionOptions(perHostTimeout: .milliseconds(100))
            let error = await failure { try await PostgresConnection.connect(to: alone, options: hasty) }
            #expect(error?.code == .connectionFailed)
            #expect(error?.message.contains("no answer within") == true)
            #expect(error?.isTransient == true)
        }
    }

    @Test func `connecting can be cancelled`() async throws {
        let hole = try BlackHole()
        let address = try PostgresAddress(uri: "postgresql://127.0.0.1:\(hole.port)/nothing")
        let error = await withTaskGroup(of: PostgresError?.self) { group in
            // A machine under load must not let the host's own timer be faster than the cancellation.
            let options = ConnectionOptions(perHostTimeout: .seconds(60))
            group.addTask { await failure { try await PostgresConnection.connect(to: address, options: options) } }
            await hole.waitForVisitor()
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error?.code == .cancelled)
    }

    @Test func `a server that takes no writes is passed over when writes are wanted`() async throws {
        try await withEmptyDatabase { database in
            var settings = ClusterSettings()
            settings.isDurable = false
            let cluster = try EmbeddedCluster(directory: Scratch.path("standby"), settings: settings)
            let standby = try PostgresAddress(uri: try await cluster.start())
            let closing = try await PostgresConnection.connect(to: standby)
            try await closing.execute("ALTER SYSTEM SET default_transaction_read_only = on")
            try await closing.execute("SELECT pg_reload_conf()")
            // A session reads the new setting when it next waits for a statement.
            try await eventually("SELECT current_setting('default_transaction_read_only')::boolean", on: closing)
            let hosts = [standby["host"], database.address["host"]].compactMap { $0 }
            let ports = [standby["port"], database.address["port"]].map { $0 ?? "5432" }
            let both = database.address.setting("dbname", to: "postgres")
                .setting("host", to: hosts.joined(separator: ",")).setting("port", to: ports.joined(separator: ","))
            func readOnly(_ wanted: String) async throws -> Bool {
                let address = both.setting("target_session_attrs", to: wanted)
                let connection = try await PostgresConnection.connect(to: address)
                let value = try await connection.value(
                    "SELECT current_setting('transaction_read_only')", as: String.self)
                await connection.close()
                return value == "on"
            }
            #expect(try await readOnly("read-write") == false)
            #expect(try await readOnly("read-only"))
            #expect(try await readOnly("any"))
            // Neither is in recovery: a standby is preferred, not required.
            #expect(try await readOnly("prefer-standby"))
            let alone = standby.setting("target_session_attrs", to: "read-write")
            let error = await failure { try await PostgresConnection.connect(to: alone) }
            #expect(error?.code == .connectionFailed)
            #expect(error?.isTransient == true)
            try await cluster.stop()
        }
    }

    @Test func `a database that does not exist is no matter of trying again`() async throws {
        try await withEmptyDatabase { database in
            let error = await failure {
                try await PostgresConnection.connect(to: database.address.setting("dbname", to: "nothing"))
            }
            #expect(error?.code == .authenticationFailed)
            #expect(error?.sqlState == "3D000")
            #expect(error?.isTransient == false)
            #expect(error?.message.contains("database \"nothing\" does not exist") == true)
            #expect(error?.message.contains("LOCATION") == false)
        }
    }

    @Test func `when no host takes the session, each is named with its reason`() async throws {
        let address = try PostgresAddress(uri: "postgresql:///x?host=/nonexistent-a,/nonexistent-b")
        let error = await failure { try await PostgresConnection.connect(to: address) }
        #expect(error?.code == .connectionFailed)
        #expect(error?.message.contains("/nonexistent-a: ") == true)
        #expect(error?.message.contains("; /nonexistent-b: ") == true)
    }
}

/// A TCP port that takes connections and never says a word.
final class BlackHole: Sendable {
    let port: UInt16
    private let listener: Int32

    init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, size) == 0 && listen(descriptor, 8) == 0
                    ? getsockname(descriptor, generic, &size) : -1
            }
        }
        guard status == 0 else { throw SystemCallFailed(call: "bind", code: errno) }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(listener) }

    /// Returns when somebody has connected.
    func waitForVisitor() async {
        let descriptor = listener
        await withCheckedContinuation { continuation in
            Relay.queue.async {
                var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&entry, 1, 20_000)
                continuation.resume()
            }
        }
    }
}
