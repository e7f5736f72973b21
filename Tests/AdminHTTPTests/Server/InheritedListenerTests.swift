import AdminAPI
import AdminHTTP
import DatabaseTestSupport
import FoundationEssentials
import Glibc
import Postgres
import TestSupport
import Testing

/// A socket that listened before the server was there, and goes on when it is gone.
@Suite(.serialized) struct InheritedListenerTests {
    @Test func `it answers on the socket that it was given, and leaves its file alone`() async throws {
        let path = try Scratch.path("handed") + ".sock"
        try await running(try server(inheriting: try listener(at: path))) {
            let client = RawClient(socket: path)
            #expect(try await client.get("/livez").status == 200)
            let status = try WireJSON.decode(
                StatusAnswer.self, from: Data(try await client.get(AdminPath.status).body))
            #expect(status.socket == path, "it is found where it was handed over, whatever the configuration says")
        }
        #expect(access(path, F_OK) == 0)
    }

    @Test func `it asks itself at the socket that it was given`() async throws {
        let path = try Scratch.path("handed") + ".sock"
        let server = try server(inheriting: try listener(at: path))
        try await running(server) { #expect(await server.probe() == .answered) }
    }

    @Test func `whoever connects between two servers gets an answer of the second`() async throws {
        let path = try Scratch.path("handed") + ".sock"
        let kept = try listener(at: path)
        defer { close(kept) }
        try await running(try server(inheriting: dup(kept))) {
            try await expectAnswer(at: path)
        }
        let early = try RawClient(socket: path).begin("GET", "/livez")
        try await running(try server(inheriting: dup(kept))) {
            #expect(String(decoding: await early.bytes(atLeast: 12), as: UTF8.self).hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `an idle connection does not keep it from stopping`() async throws {
        let path = try Scratch.path("handed") + ".sock"
        var descriptor: Int32 = -1
        try await running(try server(inheriting: try listener(at: path))) {
            descriptor = try RawClient(socket: path).connected()
            try await expectAnswer(at: path)
        }
        close(descriptor)
    }

    @Test func `one connection too many is closed, and the others keep their answers`() async throws {
        let path = try Scratch.path("handed") + ".sock"
        try await running(try server(inheriting: try listener(at: path))) {
            let client = RawClient(socket: path)
            let idle = try (0..<300).map { _ in try client.connected() }
            // The first are let in, the last are closed without a word.
            for descriptor in idle.suffix(20) {
                #expect(await Reading(descriptor: descriptor).bytes(atLeast: 1).isEmpty)
            }
            for descriptor in idle.dropLast(20) { close(descriptor) }
            for _ in 0..<10_000 {
                if try await client.answers() { return }
            }
            Issue.record("no answer once the others were gone")
        }
    }

    @Test func `beside many idle connections there is an answer`() async throws {
        let path = try Scratch.path("handed") + ".sock"
        try await running(try server(inheriting: try listener(at: path))) {
            let client = RawClient(socket: path)
            let idle = try (0..<100).map { _ in try client.connected() }
            defer { for descriptor in idle { close(descriptor) } }
            #expect(try await client.get("/livez").status == 200)
        }
    }

    private func expectAnswer(at path: String) async throws {
        #expect(try await RawClient(socket: path).get("/livez").status == 200)
    }

    private func server(inheriting descriptor: Int32) throws -> AdminServer {
        let address = try PostgresAddress(uri: "postgresql:///none?host=/nowhere")
        return AdminServer(
            pool: PostgresPool(address: address, size: 1), audit: .test, socketPath: "/nowhere/configured.sock",
            build: "test", isEmbedded: true, address: address, inherited: descriptor, logger: .quiet)
    }

    /// As the service manager opens one; whoever serves on it closes it.
    private func listener(at path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && listen(descriptor, 1_024) == 0)
        return descriptor
    }
}

extension RawClient {
    /// Whether an answer came at all.
    fileprivate func answers() async throws -> Bool {
        do {
            return try await get("/livez").status == 200
        } catch is RawClientError {
            return false
        }
    }
}
