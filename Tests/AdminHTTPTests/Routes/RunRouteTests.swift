import AdminAPI
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Testing

@Suite struct RunRouteTests {
    @Test func `runs are paged newest first, each once, also those of one instant`() async throws {
        try await withServer { server in
            for _ in 0..<5 { try await server.startRun() }
            try await server.pool.execute("update bursar.run set created_at = '2026-01-01Z'")
            var seen: [ExecutionID] = []
            var before = ""
            repeat {
                let page: Page<RunAnswer> = try await server.get("/api/admin/runs?limit=2" + before)
                seen += page.items.map(\.executionID)
                before = page.next.map { "&before=\($0)" } ?? ""
            } while !before.isEmpty
            #expect(seen.count == 5 && Set(seen).count == 5)
        }
    }

    @Test func `runs are told apart by schedule, kind and state`() async throws {
        try await withServer { server in
            try await server.apply(try TestServer.schedule("a"))
            #expect(try await server.client.post("/api/admin/schedules/a/runs", "{}").status == 202)
            let other = try await server.startRun(kind: "test.other")
            let running = try await server.startRun()
            try await server.claim(try await server.job(of: running))
            let failed = try await server.startRun()
            try await server.end(failed, "failed", error: "boom")
            func runs(_ query: String) async throws -> [RunAnswer] {
                try await server.get("/api/admin/runs?" + query, as: Page<RunAnswer>.self).items
            }
            #expect(try await runs("schedule=a").map(\.schedule) == ["a"])
            #expect(try await runs("schedule=none").isEmpty)
            #expect(try await runs("kind=test.other").map(\.executionID) == [other])
            #expect(try await runs("state=running").map(\.executionID) == [running])
            #expect(try await runs("state=failed").map(\.error) == ["boom"])
            #expect(try await runs("state=waiting").count == 2)
            #expect(try await runs("state=success").isEmpty)
            #expect(try await runs("").count == 4)
        }
    }

    @Test func `a running run tells its progress, its rate and when it will be done`() async throws {
        try await withServer { server in
            let execution = try await server.startRun()
            try await server.claim(try await server.job(of: execution))
            let waiting: RunDetail = try await server.get(AdminPath.run(execution))
            #expect(waiting.run.state == "running" && waiting.run.progress == nil)
            try await server.pool.execute(
                """
                update bursar.run set started_at = clock_timestamp() - interval '10 seconds', progress_done = 250,
                    progress_total = 1000, progress_at = clock_timestamp()
                """)
            let detail: RunDetail = try await server.get(AdminPath.run(execution))
            let progress = try #require(detail.run.progress)
            #expect(progress.done.value == 250 && progress.total?.value == 1_000 && progress.share == 0.25)
            #expect(abs((progress.ratePerSecond ?? 0) - 25) < 0.5)
            #expect((progress.etaSeconds ?? 0) > 20 && (progress.etaSeconds ?? 0) <= 30.5)
        }
    }

    @Test func `an ended run shows its totals, its tick and its findings, warnings first`() async throws {
        try await withServer { server in
            let execution = try await server.startRun()
            for subject in 1...60 {
                try await server.addFinding(execution, subject == 60 ? "warning" : "notice", subject: Int64(subject))
            }
            try await server.end(
                execution, "warning", totals: #"{"sum": 123456789012345678901234567890, "students": 3}"#)
            try await server.pool.execute(
                """
                update bursar.run set tick_instant = '2026-10-15T12:00:00Z', tick_nominal = '2026-10-15T09:00:00',
                    tick_previous_nominal = '2026-10-14T20:00:00', tick_zone = 'America/Argentina/Buenos_Aires'
                """)
            let detail: RunDetail = try await server.get(AdminPath.run(execution))
            #expect(detail.run.durationSeconds == 2 && detail.run.outcome == "warning")
            #expect(detail.run.totals?["sum"]?.scalarText == "123456789012345678901234567890")
            #expect(detail.run.tick?.local == "2026-10-15T09:00:00-03:00")
            #expect(detail.run.tick?.previousNominal == "2026-10-14T20:00:00")
            #expect(detail.warnings == 1 && detail.notices == 59 && detail.findings.count == 50)
            #expect(detail.findings[0].subjectID.value == 60)
        }
    }

    @Test func `all findings of a run are paged`() async throws {
        try await withServer { server in
            let execution = try await server.startRun()
            for subject in 1...5 {
                try await server.addFinding(execution, subject % 2 == 0 ? "warning" : "notice", subject: Int64(subject))
            }
            let path = AdminPath.findings(of: execution)
            let first: Page<FindingAnswer> = try await server.get(path + "?limit=3")
            let rest: Page<FindingAnswer> = try await server.get(path + "?limit=3&after=\(try #require(first.next))")
            #expect((first.items + rest.items).map(\.subjectID.value) == [1, 2, 3, 4, 5] && rest.next == nil)
            let warnings: Page<FindingAnswer> = try await server.get(path + "?severity=warning")
            #expect(warnings.items.map(\.subjectID.value) == [2, 4])
            try await server.expectProblem(422, at: path + "?severity=loud")
        }
    }

    @Test func `an unknown run is 404, its findings too`() async throws {
        try await withServer { server in
            let execution = ExecutionID.make(at: TestServer.start)
            try await server.expectProblem(404, at: AdminPath.run(execution))
            try await server.expectProblem(404, at: AdminPath.findings(of: execution))
        }
    }

    @Test(arguments: ["x", "1", "1.x", ".0199e3f1-7c1a-7d3e-9a55-2f8c0d9b1e77"])
    func `a place in the list that is none is refused`(_ before: String) async throws {
        try await withServer { server in
            try await server.expectProblem(422, at: "/api/admin/runs?before=\(before)", in: "query parameter before")
        }
    }
}
