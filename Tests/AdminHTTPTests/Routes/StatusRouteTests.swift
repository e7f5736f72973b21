import AdminAPI
import AdminHTTP
import Audit
import DatabaseTestSupport
import FoundationEssentials
import Postgres
import Primitives
import TestSupport
import Testing

@Suite struct StatusRouteTests {
    @Test func `status tells what there is to do, who does it, and what comes next`() async throws {
        try await withServer { server in
            try await server.apply(
                try TestServer.schedule("a", "0 13 * * *", zone: "UTC"), try TestServer.schedule("off", enabled: false),
                try TestServer.schedule("held", "50 12 * * *", zone: "UTC"))
            try await server.pause("held")
            let running = try await server.startRun()
            try await server.claim(try await server.job(of: running))
            try await server.startRun()
            let status: StatusAnswer = try await server.get(AdminPath.status)
            #expect(status.ready && status.build == "bursar test" && status.startedAt == TestServer.start)
            #expect(status.database.mode == "external" && status.database.reachable && status.database.error == nil)
            #expect((status.database.roundTripMilliseconds ?? 0) > 0)
            #expect(status.daemons.map(\.host) == ["here"] && status.daemons[0].kinds == ["test.work"])
            let jobs = try #require(status.jobs)
            #expect(jobs.waiting == 1 && jobs.due == 1 && jobs.running == 1 && jobs.parked == 0)
            #expect((jobs.oldestDueSeconds ?? -1) >= 0)
            #expect(status.nextTick?.schedule == "a" && status.nextTick?.zone == "UTC")
            #expect(status.schedules?.total == 3 && status.schedules?.disabled == ["off"])
            #expect(status.schedules?.paused.map(\.name) == ["held"])
            #expect(status.lastRuns.count == 2 && status.configFiles == ["/etc/bursar/bursar.yaml"])
            #expect(status.socket == server.socket)
            server.time.advance(by: .seconds(90))
            #expect(try await server.get(AdminPath.status, as: StatusAnswer.self).uptimeSeconds == 90)
        }
    }

    @Test func `every key of an answer is there, also those without a value`() async throws {
        try await withServer { server in
            let text = try await server.client.get(AdminPath.status).text
            #expect(text.contains(#""next_tick":null"#) && text.contains(#""error":null"#))
        }
    }

    @Test func `an answer never shows the database's password`() async throws {
        let socket = try Scratch.path("admin") + "/bursar.sock"
        let address = try PostgresAddress(uri: "postgresql://bursar:s3cret@127.0.0.1:1/bursar?connect_timeout=1")
        let pool = PostgresPool(address: address, size: 1)
        let server = AdminServer(
            pool: pool, audit: .test, socketPath: socket, build: "test", isEmbedded: false, address: address,
            logger: .quiet)
        try await running(server) {
            let text = try await RawClient(socket: socket).get(AdminPath.status).text
            #expect(!text.contains("s3cret") && text.contains("127.0.0.1"))
        }
    }

    @Test func `without its database the daemon says so, lives, and is not ready`() async throws {
        let directory = try Scratch.path("admin")
        let address = try PostgresAddress(uri: "postgresql:///none?host=\(directory)/nowhere")
        try await PostgresPool.withPool(address: address, size: 1) { pool in
            let server = AdminServer(
                pool: pool, audit: .test, socketPath: directory + "/bursar.sock", build: "test", isEmbedded: true,
                address: address, logger: .quiet)
            try await running(server) {
                let client = RawClient(socket: directory + "/bursar.sock")
                let status = try WireJSON.decode(
                    StatusAnswer.self, from: Data(try await client.get(AdminPath.status).body))
                #expect(!status.ready && !status.database.reachable && status.database.error != nil)
                #expect(status.jobs == nil && status.schedules == nil && status.daemons.isEmpty)
                #expect(try await client.get("/livez").status == 200)
                let ready = try await client.get("/readyz")
                #expect(ready.status == 503)
                #expect(try WireJSON.decode(HealthAnswer.self, from: Data(ready.body)).checks.map(\.passed) == [false])
                let jobs = try await client.get("/api/admin/jobs")
                #expect(jobs.status == 503 && jobs.headers["retry-after"] != nil)
            }
        }
    }

    @Test func `a check of the daemon that does not pass makes it not ready`() async throws {
        try await withDatabase { database in
            try await PostgresPool.withPool(address: database.address, size: 2) { pool in
                let socket = try Scratch.path("admin") + "/bursar.sock"
                let server = AdminServer(
                    pool: pool, audit: .test, socketPath: socket, build: "test", isEmbedded: false,
                    address: database.address, control: Unready(), logger: .quiet)
                try await running(server) {
                    let response = try await RawClient(socket: socket).get("/readyz")
                    let answer = try WireJSON.decode(HealthAnswer.self, from: Data(response.body))
                    #expect(response.status == 503 && answer.status == "not ready")
                    #expect(answer.checks.map(\.name) == ["database", "session"])
                }
            }
        }
    }
}

/// A daemon that has not taken its lock yet.
private struct Unready: DaemonControl {
    let loops: [LoopState] = []

    func checks() async -> [ReadinessCheck] {
        [ReadinessCheck(name: "session", passed: false, detail: "no lock yet")]
    }

    func reload(_ request: ReloadRequest, by actor: Actor) async -> ReloadAnswer {
        ReloadAnswer(outcome: .unchanged, generation: 0, tookMilliseconds: 0)
    }

    func configuration() async -> ConfigurationAnswer {
        ConfigurationAnswer(generation: 0, loadedAt: TestServer.start, rows: [], files: [], kinds: [])
    }

    func generation() async -> Int { 0 }
}
