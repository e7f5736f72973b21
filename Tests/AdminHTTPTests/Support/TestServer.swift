import AdminAPI
import AdminHTTP
import Audit
import DatabaseTestSupport
import FoundationEssentials
import Glibc
import Logging
import Postgres
import Primitives
import ServiceLifecycle
import TestSupport
import Testing

/// A server on a socket and a database of its own.
struct TestServer: Sendable {
    let client: RawClient
    let address: PostgresAddress
    let pool: PostgresPool
    let time: ManualTime
    let socket: String

    static let start = Instant(rfc3339: "2026-10-15T12:34:56Z")!

    func get<Answer: Decodable>(_ target: String, as type: Answer.Type = Answer.self) async throws -> Answer {
        let response = try await client.get(target)
        #expect(response.status == 200, "\(target): \(response.text)")
        return try WireJSON.decode(type, from: Data(response.body))
    }

    /// The refusal of a request, with its status checked against the body's.
    func problem(of response: RawResponse) throws -> Problem {
        #expect(response.headers["content-type"] == "application/problem+json")
        let problem = try WireJSON.decode(Problem.self, from: Data(response.body))
        #expect(problem.status == response.status)
        #expect(!problem.detail.isEmpty && problem.type.hasPrefix("urn:bursar:problem:"))
        return problem
    }

    func expectAnswer() async throws {
        #expect(try await client.get("/livez").status == 200)
    }

    func expectProblem(_ status: Int, at target: String, in place: String? = nil) async throws {
        let problem = try await problem(at: target)
        #expect(problem.status == status, "\(target): \(problem)")
        if let place { #expect(problem.place == place) }
    }

    func problem(at target: String) async throws -> Problem {
        try problem(of: try await client.get(target))
    }
}

/// Runs `body` beside a server on a migrated database.
func withServer(_ body: @Sendable (TestServer) async throws -> Void) async throws {
    try await withDatabase { database in
        try await PostgresPool.withPool(address: database.address, size: 4) { pool in
            let directory = try Scratch.path("admin")
            let time = ManualTime(TestServer.start)
            let socket = directory + "/bursar.sock"
            let server = AdminServer(
                pool: pool, audit: .test, socketPath: socket, build: "bursar test", isEmbedded: false,
                address: database.address, configFiles: ["/etc/bursar/bursar.yaml"], time: time, logger: .quiet)
            try await running(server) {
                try await body(
                    TestServer(
                        client: RawClient(socket: socket), address: database.address, pool: pool, time: time,
                        socket: socket))
            }
        }
    }
}

/// Runs `body` once the server is bound, then stops the server in order.
func running(_ server: AdminServer, _ body: () async throws -> Void) async throws {
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(services: [.init(service: server)], logger: .quiet))
    async let serving: Void = group.run()
    let result: Result<Void, any Error>
    do {
        try await server.bound()
        result = .success(try await body())
    } catch {
        result = .failure(error)
    }
    await group.triggerGracefulShutdown()
    // The body's failure is the one to see.
    do { try await serving } catch { try result.get(); throw error }
    try result.get()
}

extension AuditTrail {
    static let test = AuditTrail(key: .random())
}

extension Logger {
    static let quiet: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()
}
