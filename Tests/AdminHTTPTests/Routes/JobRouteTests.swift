import AdminAPI
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Testing

@Suite struct JobRouteTests {
    @Test func `jobs are paged newest first over unfinished and finished ones, each once`() async throws {
        try await withServer { server in
            var all: [Int64] = []
            for index in 0..<7 {
                let execution = try await server.startRun()
                all.append(try await server.job(of: execution))
                if index % 2 == 0 { try await server.end(execution, "success") }
            }
            var seen: [JobAnswer] = []
            var before = ""
            repeat {
                let page: Page<JobAnswer> = try await server.get("/api/admin/jobs?limit=2" + before)
                #expect(page.items.count <= 2)
                seen += page.items
                before = page.next.map { "&before=\($0)" } ?? ""
            } while !before.isEmpty
            #expect(seen.map(\.id.value) == all.reversed())
            #expect(seen.map(\.state) == ["done", "waiting", "done", "waiting", "done", "waiting", "done"])
        }
    }

    @Test func `states and kinds are told apart`() async throws {
        try await withServer { server in
            let running = try await server.job(of: server.startRun())
            try await server.claim(running)
            let parked = try await server.job(of: server.startRun(kind: "test.other"))
            try await server.pool.execute(
                "update bursar.job set state = 'parked', park_code = 'asked', error = 'help' where id = \(parked)")
            let waiting = try await server.job(of: server.startRun())
            let failed = try await server.startRun()
            let failedJob = try await server.job(of: failed)
            try await server.end(failed, "failed", error: "boom")
            func ids(_ query: String) async throws -> [Int64] {
                try await server.get("/api/admin/jobs?" + query, as: Page<JobAnswer>.self).items.map(\.id.value)
            }
            #expect(try await ids("state=running") == [running])
            #expect(try await ids("state=parked") == [parked])
            #expect(try await ids("state=parked&kind=test.work") == [])
            #expect(try await ids("state=waiting") == [waiting])
            #expect(try await ids("state=failed") == [failedJob])
            #expect(try await ids("state=done") == [])
            #expect(try await ids("kind=test.other") == [parked])
            #expect(try await ids("kind=test.work") == [failedJob, waiting, running])
        }
    }

    @Test func `a rare kind among many others is found page by page, and no page scans everything`() async throws {
        try await withServer { server in
            try await server.pool.execute(
                """
                insert into bursar.finished_job (id, kind, payload, state, attempt, failures, created_at, finished_at)
                select n, case when n = 5 then 'test.rare' else 'test.many' end, '{}', 'done', 1, 0, now(), now()
                from generate_series(1, 45000) n
                """)
            var before = ""
            var pages: [Page<JobAnswer>] = []
            repeat {
                pages.append(try await server.get("/api/admin/jobs?kind=test.rare" + before))
                before = pages[pages.count - 1].next.map { "&before=\($0)" } ?? ""
            } while !before.isEmpty
            #expect(pages.map(\.items.count) == [0, 0, 1])
            #expect(pages[2].items[0].id.value == 5)
        }
    }

    @Test func `a job shows its payload, its checkpoint and its run`() async throws {
        try await withServer { server in
            let id = try await server.pool.enqueue(
                NewJob(kind: "test.work", payload: #"{"n": 9007199254740993, "x": [1.5, null]}"#, uniqueKey: "k"))
            let detail: JobDetail = try await server.get("/api/admin/jobs/\(id)")
            #expect(detail.payload["n"] == .integer(9_007_199_254_740_993))
            #expect(detail.uniqueKey == "k" && detail.job.executionID == nil && detail.steps == 0)
            let execution = try await server.startRun()
            try await server.end(execution, "success")
            let finished: JobDetail = try await server.get("/api/admin/jobs/\(try await server.job(of: execution))")
            #expect(finished.job.executionID == execution && finished.gates.isEmpty && finished.steps == nil)
        }
    }

    @Test func `every gate of a job is named`() async throws {
        try await withServer { server in
            let later = TestServer.start + .seconds(40 * 365 * 86_400)
            let head = try await server.pool.enqueue(NewJob(kind: "test.work", runAt: later, orderKey: "books"))
            let second = try await server.pool.enqueue(NewJob(kind: "test.work", orderKey: "books"))
            func gates(_ id: Int64) async throws -> [JobGate] {
                try await server.get("/api/admin/jobs/\(id)", as: JobDetail.self).gates
            }
            #expect(try await gates(head).map(\.gate) == ["time", "worker"])
            #expect(try await gates(second).map(\.gate) == ["order_key", "worker"])
            #expect(try await gates(second).first?.blockedBy?.value == head)
            let free = try await server.pool.enqueue(NewJob(kind: "test.work"))
            try await server.claim(free)
            #expect(try await gates(free).map(\.gate) == ["lease"])
            #expect(try await server.get("/api/admin/jobs/\(free)", as: JobDetail.self).lease?.host == "here")
            #expect(try await gates(second).map(\.gate) == ["order_key"])
            try await server.pool.execute(
                "update bursar.job set state = 'parked', park_code = 'asked', error = 'help' where id = \(head)")
            #expect(try await gates(head).map(\.gate) == ["person"])
        }
    }

    @Test func `an unknown job is 404`() async throws {
        try await withServer { server in
            try await server.expectProblem(404, at: "/api/admin/jobs/12345")
        }
    }
}
