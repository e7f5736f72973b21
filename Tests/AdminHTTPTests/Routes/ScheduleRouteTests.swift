import AdminAPI
import Postgres
import Primitives
import TestSupport
import Testing

@Suite struct ScheduleRouteTests {
    @Test func `schedules are listed by name with their next tick and last run`() async throws {
        try await withServer { server in
            try await server.apply(
                try TestServer.schedule("b"), try TestServer.schedule("a", "0 2 * * *", zone: "UTC"),
                try TestServer.schedule("c", enabled: false))
            let started = try await server.client.post("/api/admin/schedules/a/runs", "{}")
            #expect(started.status == 202)
            let page: Page<ScheduleAnswer> = try await server.get("/api/admin/schedules")
            #expect(page.items.map(\.name) == ["a", "b", "c"] && page.next == nil)
            #expect(page.items[0].next?.at == Instant(rfc3339: "2026-10-16T02:00:00Z"))
            #expect(page.items[0].lastRun?.state == "waiting" && page.items[1].lastRun == nil)
            #expect(page.items[1].next?.local == "2026-10-15T10:00:00-03:00")
            #expect(page.items[1].sentence.contains("09:00"))
            #expect(page.items[2].next == nil && !page.items[2].enabled)
        }
    }

    @Test func `the next ticks of all schedules come in their order, in their zones and in UTC`() async throws {
        try await withServer { server in
            try await server.apply(
                try TestServer.schedule("hourly", "0 * * * *", zone: "Asia/Kolkata"),
                try TestServer.schedule("daily", "0 13 * * *", zone: "UTC"))
            let answer: TicksAnswer = try await server.get("/api/admin/schedules/next?count=3")
            #expect(answer.ticks.map(\.schedule) == ["daily", "hourly", "hourly"])
            #expect(
                answer.ticks.map(\.at.rfc3339) == [
                    "2026-10-15T13:00:00Z", "2026-10-15T13:30:00Z", "2026-10-15T14:30:00Z",
                ])
            #expect(answer.ticks[1].local == "2026-10-15T19:00:00+05:30" && answer.ticks[1].zone == "Asia/Kolkata")
            let one: TicksAnswer = try await server.get("/api/admin/schedules/next?count=1&schedule=hourly")
            #expect(one.ticks.map(\.schedule) == ["hourly"])
        }
    }

    @Test func `schedules that fire nothing are named with the reason`() async throws {
        try await withServer { server in
            try await server.apply(
                try TestServer.schedule("off", enabled: false), try TestServer.schedule("held"),
                try TestServer.schedule("lost"))
            try await server.pause("held")
            try await server.pool.execute("update bursar.schedule set zone = 'Atlantis/Capital' where name = 'lost'")
            let answer: TicksAnswer = try await server.get("/api/admin/schedules/next")
            #expect(answer.ticks.isEmpty)
            #expect(answer.passedOver.map(\.schedule) == ["held", "lost", "off"])
            #expect(answer.passedOver[0].why.contains("by ana: audit"))
            #expect(answer.passedOver[1].why.contains("Atlantis/Capital"))
            let page: Page<ScheduleAnswer> = try await server.get("/api/admin/schedules")
            #expect(page.items.map { $0.error != nil } == [false, true, false])
        }
    }

    @Test func `a tick that a clock change touches says so`() async throws {
        try await withServer { server in
            try await server.apply(try TestServer.schedule("gap", "30 2 * * *", zone: "America/New_York"))
            server.time.set(to: Instant(rfc3339: "2027-03-14T00:00:00Z")!)
            let gap: TicksAnswer = try await server.get("/api/admin/schedules/next?count=1")
            #expect(gap.ticks[0].at.rfc3339 == "2027-03-14T07:00:00Z" && gap.ticks[0].nominal == "2027-03-14T02:30:00")
            #expect(gap.ticks[0].note?.contains("does not exist") == true)
            try await server.apply(try TestServer.schedule("overlap", "*/30 1 * * *", zone: "America/New_York"))
            server.time.set(to: Instant(rfc3339: "2026-11-01T04:00:00Z")!)
            let overlap: TicksAnswer = try await server.get("/api/admin/schedules/next?count=5")
            #expect(overlap.ticks.map { $0.note?.contains("twice") == true } == [true, true, false, false, false])
            #expect(
                overlap.ticks.map { $0.note?.contains("second time") == true } == [false, false, true, true, false])
        }
    }

    @Test(arguments: ["count=0", "count=1001", "count=-1", "count=five"])
    func `a count out of range is refused`(_ query: String) async throws {
        try await withServer { server in
            try await server.expectProblem(422, at: "/api/admin/schedules/next?" + query, in: "query parameter count")
        }
    }

    @Test func `next of an unknown schedule is 404`() async throws {
        try await withServer { server in
            try await server.expectProblem(404, at: "/api/admin/schedules/next?schedule=none")
        }
    }
}
