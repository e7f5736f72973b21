import AdminAPI
import Testing

@Suite struct ProtocolTests {
    @Test func `an unknown path is 404 as problem json`() async throws {
        try await withServer { server in
            let problem = try await server.problem(at: "/api/admin/nothing")
            #expect(problem.status == 404 && problem.place == "path" && problem.hint != nil)
        }
    }

    @Test func `a known path with another method is 405 and says which it knows`() async throws {
        try await withServer { server in
            let response = try await server.client.send("DELETE", "/api/admin/status")
            #expect(response.status == 405 && response.headers["allow"] == "GET, HEAD")
            let run = try await server.client.get("/api/admin/schedules/x/runs")
            #expect(run.status == 405 && run.headers["allow"] == "POST")
            #expect(try server.problem(of: run).hint == "use POST")
        }
    }

    @Test func `HEAD sends the head of what GET sends`() async throws {
        try await withServer { server in
            let response = try await server.client.exchange(
                "HEAD /livez HTTP/1.1\r\nHost: bursar\r\nConnection: close\r\n\r\n")
            #expect(response.status == 200 && response.body.isEmpty)
            #expect(response.headers["content-type"] == "application/json")
        }
    }

    @Test(arguments: [
        "/api/admin/status", "/api/admin/schedules", "/api/admin/schedules/next", "/api/admin/jobs",
        "/api/admin/jobs/1",
        "/api/admin/runs", "/livez", "/readyz", "/api/admin/runs/0199e3f1-7c1a-7d3e-9a55-2f8c0d9b1e77",
        "/api/admin/investments/students/1/explanation",
        "/api/admin/runs/0199e3f1-7c1a-7d3e-9a55-2f8c0d9b1e77/findings",
        "/api/admin/investments/results/0199e3f1-7c1a-7d3e-9a55-2f8c0d9b1e77",
    ])
    func `an unknown parameter is refused on every route`(_ path: String) async throws {
        try await withServer { server in
            let problem = try await server.problem(at: path + "?lmit=3")
            #expect(problem.status == 422 && problem.place == "query parameter lmit")
        }
    }

    @Test(arguments: [
        ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=ten", "limit"), ("limit=", "limit"),
        ("limit=1&limit=2", "limit"),
        ("before=x", "before"), ("state=lost", "state"), ("before=9223372036854775808", "before"),
    ])
    func `a parameter out of its range is refused by name`(_ query: String, _ name: String) async throws {
        try await withServer { server in
            let problem = try await server.problem(at: "/api/admin/jobs?" + query)
            #expect(problem.status == 422 && problem.place == "query parameter \(name)" && problem.hint != nil)
        }
    }

    @Test(arguments: [
        ("GET", "/api/admin/jobs?kind=a%00b", "", "query parameter kind"),
        ("GET", "/api/admin/schedules/a%00b", "", "path"),
        ("POST", "/api/admin/jobs/1/cancel", #"{"reason": "a\u0000b"}"#, "body field reason"),
        ("POST", "/api/admin/reload", #"{"reason": "\u0000"}"#, "body field reason"),
        ("PUT", "/api/admin/schedules/a", #"{"payload": {"a": ["x", "b\u0000"]}}"#, "body field payload.a.1"),
        ("PUT", "/api/admin/schedules/a", #"{"payload": {"a\u0000": 1}}"#, "body field payload"),
    ])
    func `a character that the database cannot keep is refused with its place`(
        _ method: String, _ target: String, _ body: String, _ place: String
    ) async throws {
        try await withServer { server in
            let problem = try await server.refused(422, method, target, body)
            #expect(problem.place == place && problem.detail.contains("U+0000"))
        }
    }

    @Test(arguments: [#"{"reason": ""}"#, #"{"reason": "\#(String(repeating: "x", count: 2_001))"}"#])
    func `a reload takes the reasons that every change takes`(_ body: String) async throws {
        try await withServer { server in
            let problem = try await server.refused(422, "POST", "/api/admin/reload", body)
            #expect(problem.place == "body field reason")
        }
    }

    @Test(arguments: [
        ("/api/admin/schedules/s/runs", #"{"as_of": "noon"}"#, "body field as_of", "such as 2026-10-15T12:34:56Z"),
        ("/api/admin/reload", #"{"apply": 1}"#, "body field apply", "write true or false"),
        ("/api/admin/jobs/1/retry", #"{"reason": 1}"#, "body field reason", "write a text, in quotes"),
        ("/api/admin/schedules/s/backfill", #"{"to": "2026-10-15"}"#, "body field from", "cannot do without"),
    ])
    func `a field that is wrong or missing is named, with what it wants`(
        _ target: String, _ body: String, _ place: String, _ hint: String
    ) async throws {
        try await withServer { server in
            try await server.apply(try TestServer.schedule("s"))
            let problem = try await server.refused(422, "POST", target, body)
            #expect(problem.place == place && problem.hint?.contains(hint) == true, "\(problem)")
        }
    }

    @Test(arguments: ["-9223372036854775808", "-1", "9223372036854775807"])
    func `a place in the list of runs that no run has is refused`(_ microseconds: String) async throws {
        try await withServer { server in
            let run = "0199e3f1-7c1a-7d3e-9a55-2f8c0d9b1e77"
            try await server.expectProblem(
                422, at: "/api/admin/runs?before=\(microseconds).\(run)", in: "query parameter before")
        }
    }

    @Test func `percent-encoding that is broken is refused`() async throws {
        try await withServer { server in
            try await server.expectProblem(422, at: "/api/admin/jobs?kind=%zz")
            try await server.expectProblem(422, at: "/api/admin/jobs?kind=%ff")
            try await server.expectProblem(422, at: "/api/admin/runs/%zz")
        }
    }

    @Test func `ids that are none are refused before the database is asked`() async throws {
        try await withServer { server in
            for path in [
                "jobs/0", "jobs/x", "jobs/99999999999999999999", "runs/x", "investments/students/-1/explanation",
            ] {
                let problem = try await server.problem(at: "/api/admin/" + path)
                #expect(problem.status == 422 && problem.place == "path")
            }
        }
    }

    @Test func `what is no HTTP is answered with 400 and the server goes on`() async throws {
        try await withServer { server in
            let response = try await server.client.exchange("nonsense\r\n\r\n")
            #expect(response.status == 400)
            try await server.expectAnswer()
        }
    }

    @Test func `headers without end are cut off`() async throws {
        try await withServer { server in
            let long = String(repeating: "x", count: 200_000)
            let response = try? await server.client.exchange(
                "GET /livez HTTP/1.1\r\nHost: bursar\r\nX-Long: \(long)\r\n\r\n")
            #expect(response.map { $0.status >= 400 } ?? true)
            try await server.expectAnswer()
        }
    }

    @Test func `answers are not to be stored`() async throws {
        try await withServer { server in
            let response = try await server.client.get("/api/admin/status")
            #expect(response.headers["cache-control"] == "no-store")
        }
    }
}
