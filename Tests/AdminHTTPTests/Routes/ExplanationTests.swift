import AdminAPI
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Testing

/// Each state is made by the engine itself; the answer names the row that stands in the way.
@Suite struct ExplanationTests {
    @Test func `paused: who holds its kind, and why`() async throws {
        try await withServer { server in
            try await server.withStore(.sample()) { store in
                let job = try await server.pool.enqueue(NewJob(kind: "test.work"))
                let _: QueueChanged = try await server.send(
                    "POST", "/api/admin/queues/test.work/pause", #"{"reason": "the bank is closed"}"#)
                #expect(try await store.claimNext() == nil)
                let gate = try await first(job, server)
                #expect(gate.gate == "paused" && gate.detail.contains("the bank is closed"))
                #expect(gate.row?["name"] == .text("test.work") && gate.row?["paused_by"] != .null)
                #expect(gate.next.contains("queues resume test.work"))
                let _: QueueChanged = try await server.send("POST", "/api/admin/queues/test.work/resume")
                #expect(try await store.claimNext()?.job == job)
            }
        }
    }

    @Test func `not due: when it is, and how long that is off`() async throws {
        try await withServer { server in
            try await server.withStore(.sample()) { store in
                let job = try await server.pool.enqueue(NewJob(kind: "test.work"))
                let claim = try #require(try await store.claimNext())
                #expect(try await store.postpone(claim, until: .after(.seconds(7_000)), failure: "no answer"))
                let gate = try await first(job, server)
                #expect(gate.gate == "time" && gate.row?["id"] == .text("\(job)"))
                #expect(gate.detail.contains("in 1 h 56 min; its last attempt failed: no answer"))
            }
        }
    }

    @Test func `limit: the running jobs that fill its kind`() async throws {
        try await withServer { server in
            try await server.withStore(.sample("test.work", JobGates(concurrency: 1))) { store in
                let running = try await server.pool.enqueue(NewJob(kind: "test.work"))
                let job = try await server.pool.enqueue(NewJob(kind: "test.work"))
                #expect(try await explain(job, server).gates.first { $0.gate == "limit" }?.holds == false)
                #expect(try await store.claimNext()?.job == running)
                #expect(try await store.claimNext() == nil)
                let gate = try await first(job, server)
                #expect(gate.gate == "limit" && gate.detail == "1 of the 1 that may of its kind run: job \(running)")
                #expect(gate.row?["jobs"]?[0]?["id"] == .text("\(running)"))
            }
        }
    }

    @Test func `ordered key: the head of its line with its state, then the run that keeps its place`() async throws {
        try await withServer { server in
            try await server.withStore(.sample(), .sample("test.child")) { store in
                let execution = try await server.startRun(orderKey: "books")
                let head = try await server.job(of: execution)
                let job = try await server.pool.enqueue(NewJob(kind: "test.work", orderKey: "books"))
                let claim = try #require(try await store.claimNext())
                #expect(claim.job == head)
                let gate = try await first(job, server)
                #expect(gate.gate == "order_key" && gate.row?["id"] == .text("\(head)"))
                #expect(gate.row?["state"] == .text("running") && gate.next.contains("jobs explain \(head)"))
                let ahead = try await explain(head, server)
                #expect(ahead.gates.map(\.gate) == ["lease"])
                try await store.finish(claim, report: RunReport(totals: "{}", hasWarnings: false)) { transaction in
                    _ = try await transaction.enqueue(NewJob(kind: "test.child", partOf: execution))
                }
                let kept = try await first(job, server)
                #expect(kept.gate == "order_key" && kept.row?["execution_id"] == .text("\(execution)"))
                #expect(kept.detail.contains("run \(execution) keeps its place"))
                #expect(kept.next.contains("runs show \(execution)"))
            }
        }
    }

    @Test func `limited key: the jobs of its key that run`() async throws {
        try await withServer { server in
            try await server.withStore(.sample("test.work", JobGates(perKey: 1))) { store in
                let running = try await server.pool.enqueue(NewJob(kind: "test.work", limitKey: "acme"))
                let held = try await server.pool.enqueue(NewJob(kind: "test.work", limitKey: "acme"))
                let other = try await server.pool.enqueue(NewJob(kind: "test.work", limitKey: "other"))
                #expect(try await store.claimNext()?.job == running)
                let gate = try await first(held, server)
                #expect(gate.gate == "limit_key" && gate.detail.contains("jobs \(running) (running)"))
                #expect(gate.row?["jobs"]?[0]?["id"] == .text("\(running)") && gate.row?["per_key"] == .integer(1))
                let free = try await explain(other, server)
                #expect(free.gates.allSatisfy { !$0.holds })
                #expect(free.gates.contains { $0.gate == "limit_key" && $0.detail.contains("1 at once") })
            }
        }
    }

    @Test func `bucket: no token until then, and left alone until then`() async throws {
        try await withServer { server in
            let bucket = TokenBucket("stripe", capacity: 1, interval: .seconds(3_600))
            try await server.withStore(.sample("test.work", JobGates(bucket: bucket))) { store in
                _ = try await server.pool.enqueue(NewJob(kind: "test.work"))
                let job = try await server.pool.enqueue(NewJob(kind: "test.work"))
                let open = try await explain(job, server).gates.first { $0.gate == "bucket" }
                #expect(open?.holds == false && open?.detail.contains("1 of 1 tokens") == true)
                #expect(try await store.claimNext() != nil)
                #expect(try await store.claimNext() == nil)
                let empty = try await first(job, server)
                #expect(empty.gate == "bucket" && empty.row?["name"] == .text("stripe"))
                #expect(empty.detail.contains("the bucket stripe has no token until "))
                #expect(empty.detail.contains(#/for (59 min|1 h)/#))
                try await store.block("stripe", for: .seconds(86_400))
                let blocked = try await first(job, server)
                #expect(blocked.detail.contains("the bucket stripe is blocked until "))
                #expect(blocked.row?["blocked_until"] != .null)
            }
        }
    }

    @Test func `breaker: open until then after that error, then the job that tries`() async throws {
        try await withServer { server in
            let breaker = CircuitBreaker("bank", threshold: 1, rest: .seconds(3_600))
            try await server.withStore(.sample("test.work", JobGates(breaker: breaker))) { store in
                let probe = try await server.pool.enqueue(NewJob(kind: "test.work"))
                let job = try await server.pool.enqueue(NewJob(kind: "test.work"))
                let claim = try #require(try await store.claimNext())
                try await store.judge(claim, failure: NoAnswer())
                #expect(try await store.postpone(claim, until: .after(.zero), failure: "no answer"))
                let open = try await first(job, server)
                #expect(open.gate == "breaker" && open.row?["name"] == .text("bank"))
                #expect(open.detail.contains("the breaker bank is open until "))
                #expect(open.detail.contains("after 1 failures in a row, the last with: no answer"))
                // Its rest is over.
                try await server.pool.execute("update bursar.breaker set open_until = clock_timestamp()")
                #expect(try await explain(job, server).gates.allSatisfy { !$0.holds })
                let tried = try #require(try await store.claimNext())
                let waits = tried.job == probe ? job : probe
                let tries = try await first(waits, server)
                #expect(tries.gate == "breaker" && tries.detail.contains("job \(tried.job) tries for all"))
                #expect(tries.row?["probe_job"] == .integer(tried.job))
            }
        }
    }

    @Test func `no capable worker: the daemons that live with their kinds, and the builds that could`() async throws {
        try await withServer { server in
            try await server.withStore(.sample("test.old"), build: "bursar 0.9") { _ in }
            try await server.withStore(.sample()) { _ in
                let job = try await server.pool.enqueue(NewJob(kind: "test.old"))
                let gate = try await first(job, server)
                #expect(gate.gate == "worker" && gate.detail.contains("here pid 42 (bursar test) knows test.work"))
                #expect(gate.detail.contains("bursar 0.9 knew it"))
                #expect(gate.row?["daemons"]?[0]?["kinds"] == .list([.text("test.work")]))
                #expect(gate.row?["builds"]?[0]?["build"] == .text("bursar 0.9"))
                #expect(gate.next.contains("such as bursar 0.9"))
            }
        }
    }

    @Test func `running: the daemon, its lease and how long; or the batch that it is in`() async throws {
        try await withServer { server in
            let batched = KindLimits(kind: "test.batch", deadline: .seconds(60), isIdempotent: true)
            try await server.withStore(.sample(), batched) { store in
                let job = try await server.pool.enqueue(NewJob(kind: "test.work"))
                let claim = try #require(try await store.claimNext())
                let daemon = try await server.pool.value(
                    "select id::text from bursar.daemon where ended_at is null", as: String.self)
                let gate = try await first(job, server)
                #expect(gate.gate == "lease" && gate.row?["id"] == .text("\(daemon)"))
                #expect(gate.detail.contains("daemon \(daemon) (here, pid 42) executes it since "))
                #expect(gate.detail.contains("under lease \(claim.lease), until "))
                var batchJobs: [Int64] = []
                for _ in 0..<3 { batchJobs.append(try await server.pool.enqueue(NewJob(kind: "test.batch"))) }
                let batch = try #require(try await store.turn("test.batch", acknowledging: nil, limit: 10).next)
                let held = try await first(batchJobs[1], server)
                #expect(held.gate == "lease" && held.detail.contains("executes it in a batch of 3 since "))
                #expect(held.row?["batch"]?["lease"] == .text("\(batch.lease)"))
                #expect(held.row?["daemon"]?["id"] == .text("\(daemon)"))
                let detail: JobDetail = try await server.get(AdminPath.job(batchJobs[1]))
                #expect(detail.job.state == "running" && detail.lease?.batch == 3)
            }
        }
    }

    @Test func `parked: the code, the error, and what a person can do`() async throws {
        try await withServer { server in
            try await server.withStore(.sample()) { store in
                let job = try await server.pool.enqueue(NewJob(kind: "test.work"))
                let claim = try #require(try await store.claimNext())
                #expect(try await store.park(claim, because: .payload, reason: "`mode` is missing"))
                let gate = try await first(job, server)
                #expect(gate.gate == "person" && gate.detail.contains("parked (payload)"))
                #expect(gate.row?["error"] == .text("`mode` is missing") && gate.row?["id"] == .text("\(job)"))
                #expect(gate.next.contains("jobs cancel \(job)"))
            }
        }
    }

    @Test func `what holds comes first, and nothing is left out`() async throws {
        try await withServer { server in
            let gates = JobGates(
                concurrency: 1, bucket: TokenBucket("b", capacity: 1, interval: .seconds(60)),
                breaker: CircuitBreaker("c"))
            try await server.withStore(.sample("test.work", gates)) { store in
                let head = try await server.pool.enqueue(NewJob(kind: "test.work", orderKey: "k"))
                let job = try await server.pool.enqueue(NewJob(kind: "test.work", orderKey: "k"))
                #expect(try await store.claimNext()?.job == head)
                let explanation = try await explain(job, server)
                #expect(explanation.gates.filter(\.holds).map(\.gate) == ["order_key", "limit", "bucket"])
                #expect(explanation.gates.filter { !$0.holds }.map(\.gate) == ["time", "worker", "breaker"])
                #expect(explanation.summary == explanation.gates[0].detail)
            }
        }
    }

    private func explain(_ job: Int64, _ server: TestServer) async throws -> JobExplanation {
        try await server.get(AdminPath.explanation(ofJob: job))
    }

    /// The gate that is named first, which must hold the job.
    private func first(_ job: Int64, _ server: TestServer) async throws -> ExplainedGate {
        let explanation = try await explain(job, server)
        let gate = try #require(explanation.gates.first)
        #expect(gate.holds && explanation.summary == gate.detail && !gate.next.isEmpty)
        return gate
    }
}

private struct NoAnswer: Error, CustomStringConvertible {
    let description = "no answer"
}

extension JSONValue {
    /// An item of a list; nil for anything else.
    fileprivate subscript(index: Int) -> JSONValue? {
        guard case .list(let items) = self, items.indices.contains(index) else { return nil }
        return items[index]
    }
}
