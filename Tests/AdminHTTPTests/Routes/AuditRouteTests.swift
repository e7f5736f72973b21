import AdminAPI
import Audit
import Postgres
import Primitives
import Testing

@Suite struct AuditRouteTests {
    private func append(_ count: Int, to server: TestServer) async throws {
        for number in 1...count {
            let entry = AuditEntry(
                actor: Actor(name: number % 2 == 0 ? "børge" : "alice", uid: number % 2 == 0 ? nil : .max),
                channel: .socket, action: number % 3 == 0 ? "job.cancel" : "schedule.pause", subject: "job \(number)",
                reason: "why \(number)", before: number == 1 ? nil : "{\"n\":\(number)}", after: "[15, null]",
                request: "r\(number)")
            try await server.pool.transaction { _ = try await AuditTrail.test.record(entry, in: $0) }
        }
    }

    @Test func `entries come newest first, page by page`() async throws {
        try await withServer { server in
            let none: Page<AuditAnswer> = try await server.get("/api/admin/audit")
            #expect(none.items.isEmpty && none.next == nil)
            try await append(7, to: server)
            var seen: [Int64] = []
            var target = "/api/admin/audit?limit=3"
            for _ in 0..<3 {
                let page: Page<AuditAnswer> = try await server.get(target)
                seen += page.items.map(\.sequence.value)
                guard let next = page.next else { break }
                target = "/api/admin/audit?limit=3&before=\(next)"
            }
            #expect(seen == [7, 6, 5, 4, 3, 2, 1])
            let last: Page<AuditAnswer> = try await server.get("/api/admin/audit?before=2")
            let first = try #require(last.items.first)
            #expect(first.actor == "alice" && first.uid == .max && first.channel == "socket" && first.request == "r1")
            #expect(first.before == nil && first.reason == "why 1" && first.key.count == 16)
            #expect(first.after == JSONValue.list([.integer(15), .null]))
        }
    }

    @Test func `a change that this daemon's key cannot write down is refused as such, and not made`() async throws {
        try await withServer { server in
            let job = try await server.job(of: try await server.startRun())
            let other = AuditTrail(key: .random())
            let entry = AuditEntry(
                actor: Actor(name: "alice", uid: nil), channel: .daemon, action: "schedule.pause", subject: "s")
            try await server.pool.transaction { _ = try await other.record(entry, in: $0) }
            let problem = try await server.refused(409, "POST", "/api/admin/jobs/\(job)/cancel")
            #expect(problem.type == "urn:bursar:problem:audit-key" && problem.place == "audit.key")
            #expect(problem.detail.contains(other.key.fingerprint) && problem.hint == AuditKeyMismatch.hint)
            let detail: JobDetail = try await server.get("/api/admin/jobs/\(job)")
            #expect(detail.job.state == "waiting")
        }
    }

    @Test func `entries are filtered by who, what, where and since when`() async throws {
        try await withServer { server in
            try await append(12, to: server)
            func found(_ query: String) async throws -> [Int64] {
                let page: Page<AuditAnswer> = try await server.get("/api/admin/audit?" + query)
                return page.items.map(\.sequence.value)
            }
            #expect(try await found("actor=b%C3%B8rge&action=job") == [12, 6])
            #expect(try await found("action=job.cancel") == [12, 9, 6, 3])
            #expect(try await found("action=jo") == [])
            #expect(try await found("subject=job%201") == [12, 11, 10, 1])
            #expect(try await found("since=2100-01-01T00:00:00Z") == [])
            #expect(try await found("since=2020-01-01T00:00:00Z").count == 12)
        }
    }

    @Test(arguments: ["since=yesterday", "before=x", "limit=0", "actor=", "who=alice"])
    func `a query that means nothing is refused with its place`(_ query: String) async throws {
        try await withServer { server in
            let name = query.prefix { $0 != "=" }
            try await server.expectProblem(422, at: "/api/admin/audit?" + query, in: "query parameter \(name)")
        }
    }
}
