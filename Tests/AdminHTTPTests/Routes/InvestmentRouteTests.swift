import AdminAPI
import Jobs
import Postgres
import Primitives
import Testing

@Suite struct InvestmentRouteTests {
    @Test func `results are a row a student in the order of their ids, as CSV and as JSON lines`() async throws {
        try await withServer { server in
            let execution = try await valuedRun(on: server, students: 25_003)
            let csv = try await server.client.get(AdminPath.results(of: execution) + "?format=csv")
            #expect(csv.status == 200 && csv.headers["content-type"]?.hasPrefix("text/csv") == true)
            let lines = csv.text.split(separator: "\n")
            #expect(lines.count == 25_004 && csv.text.hasSuffix("\n"))
            #expect(lines.prefix(4) == ["student_id,amount", "1,10", "2,20", "3,"])
            #expect(lines.last == "25003,250030")
            let json = try await server.client.get(AdminPath.results(of: execution))
            #expect(json.headers["content-type"] == "application/jsonl")
            let rows = json.text.split(separator: "\n")
            #expect(rows.count == 25_003)
            #expect(rows[0] == #"{"amount":"10","student_id":"1"}"# && rows[2] == #"{"amount":null,"student_id":"3"}"#)
        }
    }

    @Test func `a run that has not ended well, is unknown, or valued nothing has no results`() async throws {
        try await withServer { server in
            let open = try await server.startRun()
            try await server.expectProblem(409, at: AdminPath.results(of: open))
            try await server.end(open, "failed", error: "boom")
            try await server.expectProblem(409, at: AdminPath.results(of: open))
            let other = try await server.startRun()
            try await server.end(other, "success")
            try await server.expectProblem(404, at: AdminPath.results(of: other))
            let none = ExecutionID.make(at: TestServer.start)
            try await server.expectProblem(404, at: AdminPath.results(of: none))
        }
    }

    @Test func `results that were dropped are gone, and say how to get them back`() async throws {
        try await withServer { server in
            let execution = try await valuedRun(on: server, students: 3)
            try await server.pool.execute("drop table investments.result_1")
            let problem = try await server.problem(at: AdminPath.results(of: execution))
            #expect(problem.status == 410 && problem.hint?.contains("--as-of") == true)
        }
    }

    @Test func `results that are dropped while they are read end as a broken answer`() async throws {
        try await withServer { server in
            let execution = try await valuedRun(on: server, students: 1_000_000)
            let reading = try server.client.begin("GET", AdminPath.results(of: execution))
            #expect(await reading.bytes(atLeast: 10_000).starts(with: Array("HTTP/1.1 200".utf8)))
            // More than all buffers between the two hold was not sent yet.
            try await server.pool.execute("drop table investments.result_1")
            let rest = await reading.bytes(atLeast: .max)
            #expect(!rest.isEmpty && !rest.reversed().starts(with: Array("\r\n0\r\n\r\n".utf8.reversed())))
            try await server.expectAnswer()
        }
    }

    @Test func `an unknown format is refused`() async throws {
        try await withServer { server in
            let execution = ExecutionID.make(at: TestServer.start)
            try await server.expectProblem(422, at: AdminPath.results(of: execution) + "?format=xml")
        }
    }

    @Test func `an explanation shows each investment, its growth and the stored amount`() async throws {
        try await withServer { server in
            try await addSchool(to: server)
            let answer: ExplanationAnswer = try await server.get(
                AdminPath.explanation(ofStudent: 1) + "?as_of=2026-02-01T03:00:00Z")
            #expect(answer.amount?.value == 102 && answer.investments.count == 2 && answer.error == nil)
            #expect(answer.investments[0].inclusion == "counted" && answer.investments[0].stretches.count == 1)
            #expect(answer.investments[1].inclusion == "future" && answer.investments[1].value == nil)
            #expect(answer.investments[0].local == "2026-01-01T00:00:00-03:00")
            #expect(answer.findings.map(\.code) == ["FUTURE_INVESTMENTS"] && answer.stored == nil)
        }
    }

    @Test func `a class without a value is explained by its finding`() async throws {
        try await withServer { server in
            try await addSchool(to: server)
            try await server.pool.execute("update investments.classes set timezone = 'Atlantis/Capital'")
            let answer: ExplanationAnswer = try await server.get(AdminPath.explanation(ofStudent: 1))
            #expect(answer.amount == nil && answer.error?.code == "INVALID_ZONE" && answer.investments.isEmpty)
        }
    }

    @Test func `an unknown student is 404, a time that is none 422`() async throws {
        try await withServer { server in
            try await server.expectProblem(404, at: AdminPath.explanation(ofStudent: 9))
            try await server.expectProblem(422, at: AdminPath.explanation(ofStudent: 9) + "?as_of=now")
        }
    }

    /// A run of investments that ended well, with amounts ten times the id; student 3 is in error.
    private func valuedRun(on server: TestServer, students: Int) async throws -> ExecutionID {
        let execution = try await server.startRun(kind: "investments.value")
        try await server.pool.execute(
            """
            insert into investments.valuation (execution_id, mode, as_of, first_rate, snapshot, opened_at)
            values (\(execution), 'full', now(), 'first-rate', pg_current_snapshot(), now())
            """)
        try await server.pool.execute("select investments.open_partition(1)")
        try await server.pool.execute(
            """
            insert into investments.result (run_no, student_id, class_id, amount)
            select 1, n, 1, case when n <> 3 then n * 10 end from generate_series(1, \(students)) n
            """)
        try await server.end(execution, "warning")
        return execution
    }

    /// One class at 2 % a month, one student with an investment of the past and one that lies far ahead.
    private func addSchool(to server: TestServer) async throws {
        try await server.pool.execute(
            "insert into investments.classes (id, name, timezone) values (1, 'A', 'America/Argentina/Buenos_Aires')")
        try await server.pool.execute(
            "insert into investments.students (id, registro, name, email, class_id) values (1, 1, 'Ana', 'a@b.c', 1)")
        try await server.pool.execute(
            """
            insert into investments.investments (id, student_id, fecha, monto)
            values (1, 1, '2026-01-01T03:00:00Z', 100), (2, 1, '2126-01-01T03:00:00Z', 50)
            """)
        try await server.pool.execute(
            """
            insert into investments.interest_rate_history (class_id, monthly_interest_rate, effective_date)
            values (1, 0.02, '2025-01-01')
            """)
    }
}
