import AdminAPI
import FoundationEssentials
import Glibc
import Postgres
import Primitives
import Testing

@Suite struct RunByHandTests {
    private static let path = "/api/admin/schedules/nightly%20books/runs"

    @Test func `a run by hand is the schedule's job, behind its unfinished runs, as of the wish`() async throws {
        try await withServer { server in
            try await server.apply(try TestServer.schedule("nightly books", payload: #"{"mode": "full"}"#))
            let response = try await server.client.post(
                Self.path, #"{"as_of": "2026-10-01T00:00:00-03:00", "reason": "a check"}"#)
            #expect(response.status == 202)
            let started = try WireJSON.decode(RunStarted.self, from: Data(response.body))
            #expect(response.headers["location"] == AdminPath.run(started.executionID))
            #expect(started.asOf == Instant(rfc3339: "2026-10-01T03:00:00Z") && started.schedule == "nightly books")
            var row = try #require(
                try await server.pool.first(
                    """
                    select j.kind, j.payload::text, j.order_key = 'schedule/' || s.id, r.trigger, r.source, r.job_id
                    from bursar.run r join bursar.job j on j.id = r.job_id
                    join bursar.schedule s on s.id = r.schedule_id
                    where r.execution_id = \(started.executionID)
                    """))
            #expect(try row.next(String.self) == "test.work")
            #expect(try row.next(String.self) == #"{"mode": "full", "as_of": "2026-10-01T03:00:00Z"}"#)
            #expect(try row.next(Bool.self))
            #expect(try row.next(String.self) == "manual")
            let user = String(cString: getpwuid(getuid()).pointee.pw_name)
            #expect(try row.next(String.self) == "operator \(user): a check")
            #expect(try row.next(Int64.self) == started.jobID.value)
        }
    }

    @Test func `an empty body runs as of now`() async throws {
        try await withServer { server in
            try await server.apply(try TestServer.schedule("nightly books"))
            for body in ["", "{}", #"{"as_of": null}"#] {
                let response = try await server.client.post(
                    Self.path, body, type: body.isEmpty ? nil : "application/json; charset=utf-8")
                #expect(response.status == 202)
            }
            #expect(
                try await server.pool.value("select count(*) from bursar.job where payload = '{}'", as: Int.self) == 3)
        }
    }

    @Test func `two runs by hand are two runs`() async throws {
        try await withServer { server in
            try await server.apply(try TestServer.schedule("nightly books"))
            let first = try await server.client.post(Self.path, "{}")
            let second = try await server.client.post(Self.path, "{}")
            #expect(first.body != second.body)
            #expect(try await server.pool.value("select count(*) from bursar.run", as: Int.self) == 2)
        }
    }

    @Test func `a paused or disabled schedule can be run by hand, a removed or unknown one cannot`() async throws {
        try await withServer { server in
            try await server.apply(
                try TestServer.schedule("nightly books", enabled: false), try TestServer.schedule("old"))
            try await server.pause("nightly books")
            try await server.pool.execute("update bursar.schedule set removed_at = now() where name = 'old'")
            #expect(try await server.client.post(Self.path, "{}").status == 202)
            for name in ["old", "none"] {
                let problem = try server.problem(
                    of: try await server.client.post("/api/admin/schedules/\(name)/runs", "{}"))
                #expect(problem.status == 404 && problem.detail.contains(name))
            }
        }
    }

    @Test(arguments: [
        (#"{"as_of": "tomorrow"}"#, 422, "body field as_of"), (#"{"as_of": 5}"#, 422, "body field as_of"),
        (#"{"asof": "2026-10-01T00:00:00Z"}"#, 422, "body field asof"), (#"{"reason": ""}"#, 422, "body field reason"),
        ("[1]", 400, "body"), ("{", 400, "body"), ("\u{0}", 400, "body"), (#""text""#, 400, "body"),
    ])
    func `a body that cannot be meant is refused, and nothing runs`(
        _ body: String, _ status: Int, _ place: String
    )
        async throws
    {
        try await withServer { server in
            try await server.apply(try TestServer.schedule("nightly books"))
            let problem = try server.problem(of: try await server.client.post(Self.path, body))
            #expect(problem.status == status && problem.place == place && problem.hint != nil)
            #expect(try await server.pool.value("select count(*) from bursar.run", as: Int.self) == 0)
        }
    }

    @Test func `a body of another type is 415, a long one 413, announced or not`() async throws {
        try await withServer { server in
            try await server.apply(try TestServer.schedule("nightly books"))
            #expect(try await server.client.post(Self.path, "{}", type: "text/plain").status == 415)
            #expect(try await server.client.post(Self.path, "{}", type: nil).status == 415)
            let long = #"{"reason": ""# + String(repeating: "x", count: 70_000) + #""}"#
            #expect(try server.problem(of: try await server.client.post(Self.path, long)).status == 413)
            let chunked = try await server.client.exchange(
                "POST \(Self.path) HTTP/1.1\r\nHost: bursar\r\nConnection: close\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + String(long.utf8.count, radix: 16) + "\r\n" + long
                    + "\r\n0\r\n\r\n")
            #expect(chunked.status == 413)
            #expect(try await server.pool.value("select count(*) from bursar.run", as: Int.self) == 0)
        }
    }
}
