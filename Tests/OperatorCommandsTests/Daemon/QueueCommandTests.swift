import Jobs
import JobsPostgres
import Logging
import OperatorCommands
import Postgres
import Primitives
import Testing

@Suite struct QueueCommandTests {
    @Test func `queues shows each kind in a line, and below it who holds what`() async throws {
        try await withDaemon { daemon in
            let gates = JobGates(
                concurrency: 2, perKey: 1, bucket: TokenBucket("stripe", capacity: 5, interval: .seconds(60)),
                breaker: CircuitBreaker("bank", threshold: 1, rest: .seconds(3_600)))
            try await daemon.withStore(.hourly("test.gated", gates), .hourly("test.work")) { store in
                for _ in 0..<3 { _ = try await daemon.pool.enqueue(NewJob(kind: "test.gated")) }
                let claim = try #require(try await store.claim(limit: 1).claims.first)
                try await store.judge(claim, failure: NoAnswer())
                #expect(try await store.park(claim, because: .asked, reason: "look"))
                let paused = await daemon.tool.run("queues", "pause", "test.work", "--reason", "a wrong file")
                #expect(paused.status == .success)
                let list = await daemon.tool.run("queues")
                #expect(list.status == .success && list.error.isEmpty)
                let lines = list.output.split(separator: "\n")
                #expect(lines[0].hasPrefix("KIND        STATE         WAITING  DUE  RUNNING  PARKED  DONE  FAILED"))
                #expect(lines[1].contains("test.gated  breaker open        2    2        0       1     0       0"))
                #expect(lines[1].hasSuffix("2 at once, 1 a key, stripe 4/5 tokens, bank 1/1 failures"))
                #expect(lines[2].hasPrefix("test.work   paused"))
                #expect(list.output.contains("test.work: paused since ") && list.output.contains(": a wrong file\n"))
                #expect(list.output.contains("test.gated: the breaker bank is open until "))
                #expect(list.output.contains(": no answer\n"))
                let json = await daemon.tool.run("queues", "list", "--json")
                #expect(json.output.contains("\"due_counted_up_to\" : ") && json.output.contains("\"per_key\" : 1"))
            }
        }
    }

    @Test func `queues pause and resume say what became of the kind`() async throws {
        try await withDaemon { daemon in
            try await daemon.withStore(.hourly("test.work")) { _ in
                _ = try await daemon.pool.enqueue(NewJob(kind: "test.work", money: true))
                let unsaid = await daemon.tool.run("queues", "pause", "test.work")
                #expect(unsaid.status == .usage && unsaid.error.contains("--reason"))
                let verbs = [
                    ("pause", "test.work is paused: it starts nothing anywhere\n1 waiting, 1 of them due, 0 running\n"),
                    ("pause", "test.work was paused already\n1 waiting, 1 of them due, 0 running\n"),
                    ("resume", "test.work goes on\n1 waiting, 1 of them due, 0 running\n"),
                    ("resume", "test.work was not paused\n1 waiting, 1 of them due, 0 running\n"),
                ]
                for (verb, words) in verbs {
                    let result = await daemon.tool.run("queues", verb, "test.work", "--reason", "a wrong file")
                    #expect(result.status == .success && result.output == words, "\(verb): \(result)")
                }
                let json = await daemon.tool.run("queues", "pause", "test.work", "--reason", "again", "--json")
                #expect(json.output.contains("\"changed\" : true"))
                let none = await daemon.tool.run("queues", "pause", "test.none", "--reason", "x")
                #expect(none.status == .bad && none.error.contains("\"test.none\"") && none.error.contains("hint: "))
            }
        }
    }

    @Test func `jobs explain shows what holds a job in full, and what lets it through in a line each`() async throws {
        try await withDaemon { daemon in
            try await daemon.withStore(.hourly("test.work", JobGates(concurrency: 1))) { store in
                let running = try await daemon.pool.enqueue(NewJob(kind: "test.work"))
                let job = try await daemon.pool.enqueue(NewJob(kind: "test.work"))
                #expect(try await store.claim(limit: 1).claims.map(\.job) == [running])
                let result = await daemon.tool.run("jobs", "explain", "\(job)")
                #expect(result.status == .success && result.error.isEmpty)
                let detail = "1 of the 1 that may of its kind run: job \(running)"
                #expect(result.output.contains("in short  \(detail)\n"))
                #expect(result.output.contains("  held by  limit\n  because  \(detail)\n  next     wait until one"))
                #expect(result.output.contains("\nbesides\n  time    it is due since "))
                #expect(result.output.contains("  worker  1 that live can run it: here pid 42\n"))
                let list = await daemon.tool.run("jobs", "list", "--state", "running")
                #expect(list.output.contains("\(running)") && list.output.contains("running"))
                #expect(await daemon.tool.run("jobs", "list", "--state", "sleeping").status == .usage)
            }
        }
    }

    @Test func `a run that waits for what it started says for how many, and which is parked`() async throws {
        try await withDaemon { daemon in
            try await daemon.withStore(.hourly("test.work"), .hourly("test.child")) { store in
                let execution = try await daemon.startRun()
                let root = try #require(try await store.claim(limit: 1).claims.first)
                try await store.finish(root, report: RunReport(totals: "{}", hasWarnings: false)) { transaction in
                    for _ in 0..<3 { _ = try await transaction.enqueue(NewJob(kind: "test.child", partOf: execution)) }
                }
                store.marks.reset()
                let claims = try await store.claim(limit: 2).claims
                #expect(try await store.park(claims[0], because: .asked, reason: "look"))
                let shown = await daemon.tool.run("runs", "show", "\(execution)")
                #expect(shown.status == .success && shown.output.contains("state      running"))
                #expect(shown.output.contains("waits for  3 jobs that it started, since "))
                #expect(shown.output.contains(": 1 waiting, 1 running, 1 parked\n"))
                #expect(shown.output.contains("bursarctl jobs explain \(claims[0].job)\n"))
                let json = await daemon.tool.run("runs", "show", "\(execution)", "--json")
                #expect(json.output.contains("\"first_parked\" : \"\(claims[0].job)\""))
                let child = await daemon.tool.run("jobs", "show", "\(claims[1].job)")
                #expect(child.output.contains("\(execution)"))
            }
        }
    }
}

private struct NoAnswer: Error, CustomStringConvertible {
    let description = "no answer"
}

extension KindLimits {
    fileprivate static func hourly(_ kind: JobKind, _ gates: JobGates = .open) -> KindLimits {
        KindLimits(kind: kind, deadline: .seconds(3_600), gates: gates)
    }
}

extension Daemon {
    /// Runs `body` beside a daemon's real store, under the database's clock.
    fileprivate func withStore(
        _ kinds: KindLimits..., body: (PostgresJobStore) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let session = DaemonSession(
            address: address,
            identity: DaemonSession.Identity(host: "here", pid: 42, build: "bursar test", kinds: kinds.map(\.kind)),
            logger: logger)
        let store = PostgresJobStore(pool: pool, session: session, kinds: kinds, liveness: Liveness(), logger: logger)
        try await store.beat()
        do {
            try await body(store)
        } catch {
            await session.end()
            throw error
        }
        await session.end()
    }
}
