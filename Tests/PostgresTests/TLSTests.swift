import DatabaseTestSupport
import EmbeddedPostgres
import Glibc
import Postgres
import Testing

@Suite struct TLSTests {
    @Test func `a statement over TLS is cancelled over TLS`() async throws {
        let server = try await EncryptedServer()
        let connection = try await PostgresConnection.connect(to: server.address)
        let other = try await PostgresConnection.connect(to: server.address)
        let isEncrypted: SQL = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        #expect(try await connection.value(isEncrypted, as: Bool.self))
        let error = await withTaskGroup(of: PostgresError?.self) { group in
            group.addTask { await failure { try await connection.execute("SELECT pg_sleep(60)") } }
            _ = try? await eventually(isAsleep(connection.backendPID), on: other)
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error?.code == .cancelled)
        #expect(try await connection.run(AddOne(number: 1)) == [2])
        try await server.stop()
    }
}

/// A server that takes TLS on a loopback address of its own, beside its socket.
private struct EncryptedServer {
    let address: PostgresAddress
    private let cluster: EmbeddedCluster

    init() async throws {
        let directory = try Scratch.path("tls")
        guard mkdir(directory, 0o755) == 0 else { throw SystemCallFailed(call: "mkdir", code: errno) }
        let access = "local all all peer map=bursar\nhostssl all all 127.0.0.0/8 trust\n"
        let host = "127.\(Int.random(in: 1...254)).\(Int.random(in: 1...254)).\(Int.random(in: 1...254))"
        try Self.write(access, to: "\(directory)/hba.conf")
        try Self.makeCertificate(in: directory)
        var settings = ClusterSettings()
        settings.isDurable = false
        settings.parameters = [
            "hba_file": "\(directory)/hba.conf", "listen_addresses": host, "ssl": "on",
            "ssl_cert_file": "\(directory)/certificate", "ssl_key_file": "\(directory)/key",
        ]
        cluster = try EmbeddedCluster(directory: Scratch.path("tls"), settings: settings)
        address = try PostgresAddress(uri: try await cluster.start()).setting("host", to: host)
            .setting("sslmode", to: "require")
    }

    func stop() async throws {
        try await cluster.stop()
    }

    /// Self-signed. The key belongs to the account that the server runs as: root's tests give it away.
    private static func makeCertificate(in directory: String) throws {
        let command = """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=bursar \
            -keyout \(directory)/key -out \(directory)/certificate 2>&1 && chmod 600 \(directory)/key
            """
        guard let pipe = popen(command, "r"), pclose(pipe) == 0 else {
            throw SystemCallFailed(call: "openssl", code: 0)
        }
        guard geteuid() == 0, let account = getpwnam("postgres")?.pointee else { return }
        for file in ["key", "certificate"] { chown("\(directory)/\(file)", account.pw_uid, account.pw_gid) }
    }

    private static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw SystemCallFailed(call: "fopen", code: errno) }
        guard fputs(text, file) >= 0, fclose(file) == 0 else { throw SystemCallFailed(call: "fputs", code: errno) }
    }
}
