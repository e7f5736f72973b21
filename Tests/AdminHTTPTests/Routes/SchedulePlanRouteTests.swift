import AdminAPI
import Postgres
import Primitives
import Testing

@Suite struct SchedulePlanRouteTests {
    private static let path = "/api/admin/schedules/own"

    @Test func `a preview holds every tick and says what shifts of the clock do`() async throws {
        try await withServer { server in
            try await server.apply(try TestServer.schedule("own", "30 2 * * *", zone: "America/New_York"))
            let preview: PreviewAnswer = try await server.get(Self.path + "/preview?from=2027-03-13&to=2027-03-15")
            #expect(
                preview.ticks.map(\.at.rfc3339) == [
                    "2027-03-13T07:30:00Z", "2027-03-14T07:00:00Z", "2027-03-15T06:30:00Z",
                ])
            #expect(preview.ticks[1].local == "2027-03-14T03:00:00-04:00" && preview.ticks[1].note != nil)
            #expect(preview.days.map(\.date) == ["2027-03-14"] && preview.days[0].shift == "gap")
            #expect(preview.days[0].sentence.contains("moved to the gap's end, 03:00"))
            #expect(!preview.cut)
            let fortnight: PreviewAnswer = try await server.get(Self.path + "/preview")
            #expect(fortnight.from == "2026-10-15" && fortnight.to == "2026-10-28" && fortnight.ticks.count == 14)
            for query in ["?to=2026-10-14", "?from=2027-03-15&to=2027-03-14", "?from=soon&to=2027-03-14"] {
                try await server.expectProblem(422, at: Self.path + "/preview" + query)
            }
            try await server.expectProblem(422, at: Self.path + "/preview?from=2027-03-14&to=2047-03-14")
        }
    }

    @Test func `a backfill is planned, started by its digest, and never twice`() async throws {
        try await withServer { server in
            try await server.apply(try TestServer.schedule("own", "0 2 * * *", zone: "UTC"))
            let target = Self.path + "/backfill"
            let plan: BackfillPlanAnswer = try await server.get(target + "?from=2026-09-01&to=2026-09-20")
            #expect(plan.count == 20 && plan.first.count == 5 && plan.last.count == 5)
            #expect(plan.first[0].at.rfc3339 == "2026-09-01T02:00:00Z")
            #expect(plan.last[4].at.rfc3339 == "2026-09-20T02:00:00Z")
            #expect(try await server.pool.value("select count(*) from bursar.job", as: Int.self) == 0)
            let span = #""from": "2026-09-01", "to": "2026-09-20""#
            try await server.refused(409, "POST", target, "{\(span), \"digest\": \"0\"}")
            let body = "{\(span), \"digest\": \"\(plan.digest)\"}"
            let started: BackfillStarted = try await server.send("POST", target, body, status: 202)
            #expect(started.count == 20)
            let again = try await server.refused(409, "POST", target, body)
            #expect(again.place == "body field digest")
            let second: BackfillPlanAnswer = try await server.get(target + "?from=2026-09-01&to=2026-09-20")
            #expect(second.count == 0 && second.skipped.backfilled == 20)
            #expect(try await server.audited("schedule.backfill") == 1)
            try await server.expectProblem(422, at: target + "?from=2026-09-01&to=2099-01-01")
            try await server.expectProblem(422, at: target + "?from=2026-09-01")
        }
    }
}
