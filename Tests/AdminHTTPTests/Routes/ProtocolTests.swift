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
