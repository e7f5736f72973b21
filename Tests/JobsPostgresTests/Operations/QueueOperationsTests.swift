import DatabaseTestSupport
import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport
import Testing

@Suite struct QueueOperationsTests {
    @Test func `a paused kind is not claimed by any daemon, and goes on where it was`() async throws {
        try await withTwoDaemons { one, other in
            let first = try await one.pool.enqueue(NewJob(kind: "test.work"), now: one.time.now())
            #expect(try await one.queues.pause("test.work", by: .by(because: "a wrong file")))
            for engine in [one, other] {
                engine.store.marks.reset()
                #expect(try await engine.store.claim(limit: 10).claims.isEmpty)
            }
            #expect(try await other.queues.resume("test.work", by: .by("bob")))
            other.store.marks.reset()
            #expect(try await other.store.claim(limit: 10).claims.map(\.job) == [first])
            #expect(try await one.audited("queue.pause") == ["queue test.work"])
            #expect(try await one.audited("queue.resume") == ["queue test.work"])
        }
    }

    @Test func `batches are held too, and what was taken is acknowledged`() async throws {
        try await withEngine { engine, _ in
            let store = PostgresJobStore(
                pool: engine.pool, session: engine.session,
                kinds: [KindLimits(kind: "test.batch", deadline: .seconds(60), isIdempotent: true)],
                liveness: TestEngine.liveness, time: engine.time)
            try await store.limit([KindLimits(kind: "test.batch", deadline: .seconds(60), isIdempotent: true)])
            for _ in 0..<4 { _ = try await engine.pool.enqueue(NewJob(kind: "test.batch"), now: engine.time.now()) }
            store.marks.reset()
            let batch = try #require(try await store.turn("test.batch", acknowledging: nil, limit: 2).next)
            #expect(try await engine.queues.pause("test.batch", by: .by()))
            var receipt = BatchReceipt(of: batch)
            receipt.done = batch.jobs.map(\.id)
            store.marks.reset()
            let turn = try await store.turn("test.batch", acknowledging: receipt, limit: 2)
            #expect(turn.wasHeld && turn.next == nil)
            let queue = try #require(try await engine.pool.first(Queues(kind: "test.batch")))
            #expect(queue.waiting == 2 && queue.running == 0 && queue.done == 2)
            #expect(try await engine.queues.resume("test.batch", by: .by()))
            store.marks.reset()
            #expect(try await store.turn("test.batch", acknowledging: nil, limit: 10).next?.jobs.count == 2)
        }
    }

    @Test func `a resume tells every daemon that listens`() async throws {
        try await withEngine { engine, database in
            #expect(try await engine.queues.pause("test.work", by: .by()))
            let listener = try await PostgresConnection.connect(to: database.address)
            try await listener.listen(Channel.job.rawValue)
            #expect(try await engine.queues.resume("test.work", by: .by()))
            for await notification in listener.notifications {
                #expect(notification.channel == Channel.job.rawValue)
                break
            }
            await listener.close()
        }
    }

    @Test func `twice is once, and two operators at the same moment are one entry`() async throws {
        try await withTwoDaemons { one, other in
            let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for (name, engine) in [("alice", one), ("bob", other), ("carol", one)] {
                    group.addTask { try await engine.queues.pause("test.work", by: .by(name)) }
                }
                return try await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(outcomes.filter(\.self).count == 1)
            #expect(try await one.audited("queue.pause").count == 1)
            #expect(try await one.queues.resume("test.work", by: .by()))
            #expect(try await !one.queues.resume("test.work", by: .by()))
        }
    }

    @Test func `money wants a reason: of the build, of a schedule, of a job that waits or runs`() async throws {
        try await withEngine { engine, _ in
            let known = QueueOperations(pool: engine.pool, audit: engine.audit, moneyKinds: ["test.work"])
            await refused(.invalid) { _ = try await known.pause("test.work", by: .by()) }
            #expect(try await engine.queues.pause("test.work", by: .by()))
            #expect(try await engine.queues.resume("test.work", by: .by()))
            _ = try await engine.pool.enqueue(NewJob(kind: "test.work", money: true), now: engine.time.now())
            await refused(.invalid) { _ = try await engine.queues.pause("test.work", by: .by()) }
            engine.store.marks.reset()
            let claim = try #require(try await engine.store.claim(limit: 1).claims.first)
            await refused(.invalid) { _ = try await engine.queues.pause("test.work", by: .by()) }
            try await engine.store.finish(claim, report: RunReport(totals: "{}", hasWarnings: false)) { _ in }
            #expect(try await engine.queues.pause("test.work", by: .by()))
            #expect(try await engine.queues.resume("test.work", by: .by()))
            try await engine.apply(try .sample("daily", money: true))
            await refused(.invalid) { _ = try await engine.queues.pause("test.work", by: .by()) }
            #expect(try await engine.queues.pause("test.work", by: .by(because: "said")))
            await refused(.notFound) { _ = try await engine.queues.pause("test.none", by: .by()) }
        }
    }
}
