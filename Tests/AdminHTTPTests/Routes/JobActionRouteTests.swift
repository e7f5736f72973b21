import AdminAPI
import Postgres
import Primitives
import Testing

@Suite struct JobActionRouteTests {
    @Test func `a parked job waits again, and another time is refused`() async throws {
        try await withServer { server in
            let job = try await server.job(of: try await server.startRun())
            try await park(job, server)
            let path = "/api/admin/jobs/\(job)/retry"
            let answer: JobChanged = try await server.send("POST", path, #"{"reason": "mended"}"#)
            #expect(answer.outcome == .waiting && answer.job.state == "waiting" && answer.successor == nil)
            let problem = try await server.refused(409, "POST", path)
            #expect(problem.detail.contains("is waiting"))
            #expect(try await server.audited("job.retry") == 1)
            try await server.refused(404, "POST", "/api/admin/jobs/999999/retry")
            try await server.refused(422, "POST", "/api/admin/jobs/none/retry")
        }
    }

    @Test func `a failed job has a successor`() async throws {
        try await withServer { server in
            let execution = try await server.startRun()
            let job = try await server.job(of: execution)
            try await server.end(execution, "failed", error: "no")
            let response = try await server.client.post("/api/admin/jobs/\(job)/retry", "{}")
            #expect(response.status == 202)
            let successor = try await server.pool.value(
                "select retried_as from bursar.finished_job where id = \(job)", as: Int64.self)
            #expect(response.headers["location"] == AdminPath.job(successor))
        }
    }

    @Test func `a waiting job is cancelled, a running one asked to end`() async throws {
        try await withServer { server in
            let waiting = try await server.job(of: try await server.startRun())
            let path = "/api/admin/jobs/\(waiting)/cancel"
            let cancelled: JobChanged = try await server.send("POST", path)
            #expect(cancelled.outcome == .cancelled && cancelled.job.state == "cancelled")
            let again: JobChanged = try await server.send("POST", path)
            #expect(again.outcome == .unchanged)
            let running = try await server.job(of: try await server.startRun())
            try await server.claim(running)
            let asked: JobChanged = try await server.send("POST", "/api/admin/jobs/\(running)/cancel", status: 202)
            #expect(asked.outcome == .requested && asked.job.state == "running")
            let explanation: JobExplanation = try await server.get("/api/admin/jobs/\(running)/explanation")
            #expect(explanation.gates.map(\.gate) == ["cancellation", "lease"])
            let done = try await server.startRun()
            let job = try await server.job(of: done)
            try await server.end(done, "success")
            try await server.refused(409, "POST", "/api/admin/jobs/\(job)/cancel")
            #expect(try await server.audited("job.cancel") == 2)
        }
    }

    @Test func `every gate is explained with the row that stands in the way and the next step`() async throws {
        try await withServer { server in
            let first = try await server.job(of: try await server.startRun(orderKey: "k"))
            let second = try await server.job(of: try await server.startRun(orderKey: "k"))
            try await park(first, server)
            try await server.pool.execute(
                "update bursar.job set run_at = clock_timestamp() + interval '1 hour' where id = \(second)")
            let held = try await explain(second, server)
            #expect(held.gates.map(\.gate) == ["time", "order_key", "worker"])
            #expect(held.gates[1].row?["state"]?.scalarText == "parked")
            #expect(held.gates[1].next.contains("jobs explain \(first)"))
            #expect(held.gates.allSatisfy { $0.holds && !$0.next.isEmpty })
            #expect(held.summary == held.gates[0].detail)
            let parked = try await explain(first, server)
            #expect(parked.gates.map(\.gate) == ["person"] && parked.summary.contains("refused"))
            try await server.pool.execute("delete from bursar.job where id = \(first)")
            try await server.pool.execute("update bursar.job set run_at = clock_timestamp(), held = false")
            try await server.claim(second)
            let running = try await explain(second, server)
            #expect(running.gates.map(\.gate) == ["lease"] && running.gates[0].row?["host"]?.scalarText == "here")
            #expect(running.gates[0].detail.contains("beat"))
        }
    }

    @Test func `a job of a paused schedule says so, one that nothing holds too, and one that has ended`() async throws {
        try await withServer { server in
            try await server.live(kinds: ["test.work"])
            try await server.apply(try TestServer.schedule("own"))
            let started: RunStarted = try await server.send("POST", "/api/admin/schedules/own/runs", status: 202)
            let free = try await explain(started.jobID.value, server)
            #expect(free.gates.map(\.gate) == ["time", "order_key", "worker"] && free.gates.allSatisfy { !$0.holds })
            #expect(free.summary.contains("nothing holds it"))
            try await server.pause("own")
            let explanation = try await explain(started.jobID.value, server)
            #expect(explanation.gates.map(\.gate) == ["schedule", "time", "order_key", "worker"])
            #expect(explanation.gates.allSatisfy { !$0.holds })
            #expect(explanation.gates[0].detail.contains("by ana: audit"))
            try await server.end(started.executionID, "failed", error: "no luck")
            let ended = try await explain(started.jobID.value, server)
            #expect(ended.gates.map(\.gate) == ["ended"] && ended.summary.contains("no luck"))
            #expect(ended.gates[0].next.contains("jobs retry"))
            try await server.expectProblem(404, at: "/api/admin/jobs/999999/explanation")
        }
    }

    private func explain(_ job: Int64, _ server: TestServer) async throws -> JobExplanation {
        try await server.get("/api/admin/jobs/\(job)/explanation")
    }

    private func park(_ job: Int64, _ server: TestServer) async throws {
        try await server.pool.execute(
            """
            with parked as (
                update bursar.job set state = 'parked', park_code = 'refused', error = 'bad input' where id = \(job)
                returning id)
            update bursar.run r set outcome = 'parked', finished_at = clock_timestamp(), error = 'bad input'
            from parked where r.job_id = parked.id
            """)
    }
}
