import AdminAPI
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Testing

@Suite struct QueueRouteTests {
    @Test func `a queue tells what is in each state, and what gates it`() async throws {
        try await withServer { server in
            let gates = JobGates(
                concurrency: 3, perKey: 2, bucket: TokenBucket("stripe", capacity: 5, interval: .seconds(60)),
                breaker: CircuitBreaker("stripe.api", threshold: 1, rest: .seconds(600)))
            try await server.withStore(.sample("test.gated", gates), .sample()) { store in
                for _ in 0..<4 { _ = try await server.pool.enqueue(NewJob(kind: "test.gated")) }
                let later = TestServer.start + .seconds(40 * 365 * 86_400)
                _ = try await server.pool.enqueue(NewJob(kind: "test.gated", runAt: later))
                let first = try #require(try await store.claimNext())
                let second = try #require(try await store.claimNext())
                _ = try await store.claimNext()
                try await store.finish(first, report: RunReport(totals: "{}", hasWarnings: false)) { _ in }
                #expect(try await store.park(second, because: .asked, reason: "look"))
                let queue: QueueAnswer = try await server.get(AdminPath.queue("test.gated"))
                #expect(queue.waiting == 2 && queue.due == 1 && queue.running == 1 && queue.parked == 1)
                #expect(queue.done == 1 && queue.failed == 0 && queue.daemons == 1 && queue.inBatches == 0)
                #expect(queue.concurrency == 3 && queue.perKey == 2 && (queue.oldestDueSeconds ?? -1) >= 0)
                #expect(queue.bucket?.tokens == 2 && queue.bucket?.capacity == 5)
                #expect(queue.breaker?.state == "closed" && queue.paused == nil)
                let all: Page<QueueAnswer> = try await server.get(AdminPath.queues)
                #expect(all.items.map(\.kind) == ["test.gated", "test.work"])
                #expect(all.items[1].waiting == 0 && all.items[1].concurrency == nil)
            }
        }
    }

    @Test func `what is taken by the batch runs, and does not wait, everywhere`() async throws {
        try await withServer { server in
            let batched = KindLimits(kind: "test.batch", deadline: .seconds(60), isIdempotent: true)
            try await server.withStore(batched) { store in
                var jobs: [Int64] = []
                for _ in 0..<5 { jobs.append(try await server.pool.enqueue(NewJob(kind: "test.batch"))) }
                let batch = try #require(try await store.turn("test.batch", acknowledging: nil, limit: 3).next)
                let queue: QueueAnswer = try await server.get(AdminPath.queue("test.batch"))
                #expect(queue.waiting == 2 && queue.due == 2 && queue.running == 3 && queue.inBatches == 3)
                func ids(_ state: String) async throws -> [Int64] {
                    try await server.get(AdminPath.jobs + "?state=\(state)", as: Page<JobAnswer>.self)
                        .items.map(\.id.value)
                }
                #expect(try await ids("running") == jobs[0..<3].reversed())
                #expect(try await ids("waiting") == jobs[3...].reversed())
                let status: StatusAnswer = try await server.get(AdminPath.status)
                #expect(status.jobs?.waiting == 2 && status.jobs?.due == 2 && status.jobs?.running == 3)
                let asked: JobChanged = try await server.send("POST", AdminPath.job(jobs[0], .cancel), status: 202)
                #expect(asked.outcome == .requested && asked.job.state == "running")
                var receipt = BatchReceipt(of: batch)
                receipt.done = Array(jobs[1..<3])
                _ = try await store.turn("test.batch", acknowledging: receipt, limit: 0)
                let after: QueueAnswer = try await server.get(AdminPath.queue("test.batch"))
                #expect(after.waiting == 3 && after.running == 0 && after.done == 2)
            }
        }
    }

    @Test func `a paused kind starts nothing, what runs goes on, and both verbs are written down once`() async throws {
        try await withServer { server in
            try await server.withStore(.sample(), .sample("test.gated", JobGates(concurrency: 5))) { store in
                for kind: JobKind in ["test.work", "test.gated"] {
                    let running = try await server.pool.enqueue(NewJob(kind: kind))
                    let claim = try #require(try await store.claimNext())
                    #expect(claim.job == running)
                    let waiting = try await server.pool.enqueue(NewJob(kind: kind))
                    let paused: QueueChanged = try await server.send(
                        "POST", AdminPath.queue(kind.name, .pause), #"{"reason": "audit"}"#)
                    #expect(paused.changed && paused.queue.paused?.reason == "audit")
                    let again: QueueChanged = try await server.send("POST", AdminPath.queue(kind.name, .pause))
                    #expect(!again.changed && again.queue.paused?.reason == "audit")
                    #expect(try await store.claimNext() == nil)
                    try await store.finish(claim, report: RunReport(totals: "{}", hasWarnings: false)) { _ in }
                    let resumed: QueueChanged = try await server.send("POST", AdminPath.queue(kind.name, .resume))
                    #expect(resumed.changed && resumed.queue.paused == nil)
                    let next = try #require(try await store.claimNext())
                    #expect(next.job == waiting)
                    try await store.finish(next, report: RunReport(totals: "{}", hasWarnings: false)) { _ in }
                }
                #expect(try await server.audited("queue.pause") == 2)
                #expect(try await server.audited("queue.resume") == 2)
            }
        }
    }

    @Test func `a kind backed by money wants a reason, as its rows say`() async throws {
        try await withServer { server in
            try await server.withStore(.sample()) { _ in
                _ = try await server.pool.enqueue(NewJob(kind: "test.work", money: true))
                let problem = try await server.refused(422, "POST", AdminPath.queue("test.work", .pause))
                #expect(problem.place == "body field reason")
                let paused: QueueChanged = try await server.send(
                    "POST", AdminPath.queue("test.work", .pause), #"{"reason": "a wrong file"}"#)
                #expect(paused.changed)
                try await server.refused(422, "POST", AdminPath.queue("test.work", .resume))
            }
        }
    }

    @Test func `a kind that no daemon declared can be held once it has jobs, an unknown one cannot`() async throws {
        try await withServer { server in
            _ = try await server.pool.enqueue(NewJob(kind: "test.later"))
            let paused: QueueChanged = try await server.send("POST", AdminPath.queue("test.later", .pause))
            #expect(paused.changed && paused.queue.daemons == 0 && paused.queue.waiting == 1)
            #expect(paused.queue.paused?.reason == "no reason given")
            let problem = try await server.refused(404, "POST", AdminPath.queue("test.none", .pause))
            #expect(problem.detail.contains("\"test.none\""))
            try await server.expectProblem(404, at: AdminPath.queue("test.none"))
            #expect(try await server.client.get(AdminPath.queues + "?x=1").status == 422)
        }
    }
}
