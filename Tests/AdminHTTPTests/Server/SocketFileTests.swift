import AdminHTTP
import DatabaseTestSupport
import Glibc
import Postgres
import TestSupport
import Testing

@Suite struct SocketFileTests {
    @Test func `the socket and its directory are open to the group alone`() async throws {
        let path = try Scratch.path("socket") + "/bursar.sock"
        try await running(try server(at: path)) {
            #expect(mode(of: path) == S_IFSOCK | 0o660)
            #expect(mode(of: String(path.dropLast("/bursar.sock".count))) == S_IFDIR | 0o750)
            try await expectAnswer(at: path)
        }
        #expect(mode(of: path) == nil)
    }

    @Test func `what a killed daemon left is replaced`() async throws {
        let path = try Scratch.path("socket") + ".sock"
        try leaveSocket(at: path)
        try leaveSocket(at: path + "~")
        try await running(try server(at: path)) {
            try await expectAnswer(at: path)
        }
    }

    @Test func `a living daemon's socket is refused, and goes on to answer`() async throws {
        let path = try Scratch.path("socket") + ".sock"
        try await running(try server(at: path)) {
            let error = await #expect(throws: SocketFileError.self) { try await running(try server(at: path)) {} }
            #expect(error?.what == "another daemon listens on the socket")
            try await expectAnswer(at: path)
        }
    }

    @Test func `of daemons that start together one gets the socket`() async throws {
        let path = try Scratch.path("socket") + ".sock"
        try leaveSocket(at: path)
        let refused = EventProbe<Int>()
        let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<4 {
                group.addTask {
                    do {
                        try await running(try server(at: path)) {
                            // Holds the socket until the others have been refused.
                            for _ in 0..<3 { _ = try await refused.next() }
                        }
                        return true
                    } catch is SocketFileError {
                        refused.record(number)
                        return false
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 }.count == 1)
    }

    @Test func `a file that is no socket is left alone`() async throws {
        let path = try Scratch.path("socket") + ".sock"
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
        close(descriptor)
        await #expect(throws: SocketFileError.self) { try await running(try server(at: path)) {} }
        #expect(mode(of: path) == S_IFREG | 0o600)
    }

    @Test func `a path that no socket can have is refused with the limit`() async throws {
        let path = "/tmp/" + String(repeating: "x", count: 110)
        let error = await #expect(throws: SocketFileError.self) { try await running(try server(at: path)) {} }
        #expect(error?.hint.contains("103") == true)
    }

    @Test func `the longest path that a socket can have is one`() async throws {
        let directory = try Scratch.path("socket")
        let path = directory + "/" + String(repeating: "x", count: 103 - directory.utf8.count - 1)
        try await running(try server(at: path)) { try await expectAnswer(at: path) }
    }

    @Test func `a directory that cannot be made is told`() async throws {
        let error = await #expect(throws: SocketFileError.self) {
            try await running(try server(at: "/proc/none/x.sock")) {}
        }
        #expect(error?.place == "/proc/none/x.sock")
    }

    @Test func `an idle connection does not keep the server from stopping`() async throws {
        let path = try Scratch.path("socket") + ".sock"
        var descriptor: Int32 = -1
        try await running(try server(at: path)) {
            descriptor = try RawClient(socket: path).connected()
            try await expectAnswer(at: path)
        }
        close(descriptor)
    }

    private func expectAnswer(at path: String) async throws {
        #expect(try await RawClient(socket: path).get("/livez").status == 200)
    }

    private func server(at path: String) throws -> AdminServer {
        let address = try PostgresAddress(uri: "postgresql:///none?host=/nowhere")
        return AdminServer(
            pool: PostgresPool(address: address, size: 1), audit: .test, socketPath: path, build: "test",
            isEmbedded: true, address: address, logger: .quiet)
    }

    private func mode(of path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode : nil
    }

    /// A socket on which nobody listens.
    private func leaveSocket(at path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        close(descriptor)
        try #require(result == 0)
    }
}
