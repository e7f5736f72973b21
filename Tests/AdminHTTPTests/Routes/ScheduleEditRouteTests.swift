import AdminAPI
import FoundationEssentials
import Glibc
import Postgres
import Primitives
import Testing

@Suite struct ScheduleEditRouteTests {
    private static let path = "/api/admin/schedules/own"
    private static let body = #"{"kind": "test.work", "cron": "0 2 * * *", "zone": "UTC", "payload": {"a": [1, "é"]}}"#

    @Test func `a schedule is made, edited, shown and deleted`() async throws {
        try await withServer { server in
            try await server.live(kinds: ["test.work"])
            let made: ScheduleChanged = try await server.send("PUT", Self.path, Self.body, status: 201)
            #expect(made.changed && made.schedule?.origin == "operator" && made.schedule?.enabled == true)
            let user = String(cString: getpwuid(getuid()).pointee.pw_name)
            #expect(made.schedule?.madeBy == user)
            let again: ScheduleChanged = try await server.send("PUT", Self.path, Self.body)
            #expect(!again.changed)
            let body = Self.body.replacing("0 2 * * *", with: "30 3 * * *").replacing("}}", with: #"}, "money": true}"#)
            let reasonless = try await server.refused(422, "PUT", Self.path, body)
            #expect(reasonless.place == "body field reason")
            let edited: ScheduleChanged = try await server.send(
                "PUT", Self.path, body.replacing("true}", with: #"true, "reason": "payday moved"}"#))
            #expect(edited.schedule?.expression == "30 3 * * *" && edited.schedule?.catchUp == "all")
            let shown: ScheduleAnswer = try await server.get(Self.path)
            #expect(shown == edited.schedule)
            try await server.refused(422, "DELETE", Self.path)
            let gone: ScheduleChanged = try await server.send("DELETE", Self.path + "?reason=over")
            #expect(gone.changed && gone.schedule == nil)
            try await server.expectProblem(404, at: Self.path)
            let rows = try await server.pool.query(
                """
                select actor || ' ' || channel || ' ' || action || ' ' || coalesce(reason, '-')
                from bursar.audit_entry order by sequence
                """)
            let entries = try rows.map { row in
                var row = row
                return try row.next(String.self)
            }
            #expect(
                entries == [
                    "\(user) socket schedule.create -", "\(user) socket schedule.edit payday moved",
                    "\(user) socket schedule.delete over",
                ])
        }
    }

    @Test(
        arguments: [
            (#""cron": "*/5 2 * * *", "zone": "UTC", "money": true"#, "body field cron"),
            (#""cron": "0 2 1 * 5", "zone": "UTC""#, "body field cron"),
            (#""cron": "0 25 * * *", "zone": "UTC""#, "body field cron"),
            (#""cron": "0 2 * * *", "zone": "Mars/Olympus""#, "body field zone"),
            (#""cron": "0 2 * * *", "zone": "UTC", "max_lateness": "soon""#, "body field max_lateness"),
            (#""cron": "0 2 * * *", "zone": "UTC", "overlap": "both""#, "body field overlap"),
            (#""cron": "0 2 * * *", "zone": "UTC", "money": "true""#, "body field money"),
            (#""cron": "0 2 * * *", "zone": "UTC", "color": "red""#, "body field color"),
            (#""cron": "0 2 * * *""#, "body"),
        ])
    func `what the configuration file would refuse is refused here`(_ fields: String, _ place: String) async throws {
        try await withServer { server in
            try await server.live(kinds: ["test.work"])
            let problem = try await server.refused(422, "PUT", Self.path, #"{"kind": "test.work", \#(fields)}"#)
            #expect(problem.place == place, "\(problem)")
            try await server.expectProblem(404, at: Self.path)
        }
    }

    @Test func `both day fields may be restricted when it is said so, and odd names are refused`() async throws {
        try await withServer { server in
            try await server.live(kinds: ["test.work"])
            let body = #"{"kind": "test.work", "cron": "0 2 1 * 5", "zone": "UTC", "days": "either", "money": null}"#
            let made: ScheduleChanged = try await server.send("PUT", Self.path, body, status: 201)
            #expect(made.schedule?.expression == "0 2 1 * 5")
            try await server.refused(422, "PUT", "/api/admin/schedules/no%20spaces", body)
            try await server.refused(
                422, "PUT", "/api/admin/schedules/other", body.replacing("test.work", with: "no.kind"))
        }
    }

    @Test func `a schedule of the file is edited in the file`() async throws {
        try await withServer { server in
            try await server.live(kinds: ["test.work"])
            try await server.apply(try TestServer.schedule("own"))
            let problem = try await server.refused(409, "PUT", Self.path, Self.body)
            #expect(problem.place == "/etc/bursar/bursar.yaml")
            try await server.refused(409, "DELETE", Self.path)
        }
    }

    @Test func `switching and holding is told once, with who and why`() async throws {
        try await withServer { server in
            try await server.apply(try TestServer.schedule("own"))
            for (action, undo) in [("pause", "resume"), ("disable", "enable")] {
                for expected in [true, false] {
                    let answer: ScheduleChanged = try await server.send(
                        "POST", Self.path + "/" + action, #"{"reason": "an audit"}"#)
                    #expect(answer.changed == expected && answer.schedule?.next == nil)
                    #expect(answer.schedule?.paused?.reason == (action == "pause" ? "an audit" : nil))
                    #expect(answer.schedule?.toggle?.reason == (action == "disable" ? "an audit" : nil))
                }
                for expected in [true, false] {
                    let answer: ScheduleChanged = try await server.send("POST", Self.path + "/" + undo)
                    #expect(answer.changed == expected && answer.schedule?.next != nil)
                }
                #expect(try await server.audited("schedule." + action) == 1)
                #expect(try await server.audited("schedule." + undo) == 1)
            }
            try await server.refused(404, "POST", "/api/admin/schedules/none/pause")
            try await server.refused(422, "POST", Self.path + "/pause", #"{"reason": ""}"#)
            try await server.refused(422, "POST", Self.path + "/pause", #"{"why": "?"}"#)
        }
    }

    @Test func `a run by hand is written down with its reason`() async throws {
        try await withServer { server in
            try await server.apply(try TestServer.schedule("own"))
            let _: RunStarted = try await server.send(
                "POST", Self.path + "/runs", #"{"reason": "a check"}"#, status: 202)
            let reason = try await server.pool.value(
                "select reason from bursar.audit_entry where action = 'schedule.run'", as: String.self)
            #expect(reason == "a check")
        }
    }
}
