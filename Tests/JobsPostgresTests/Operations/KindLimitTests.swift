import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport
import Testing

@Suite struct KindLimitTests {
    @Test func `a limit set while the daemon runs holds from the next claim on, and can be taken away`() async throws {
        try await withEngine { engine, _ in
            for _ in 0..<6 { _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now()) }
            #expect(try await claimed(engine, limit: 1) == 1)
            try await engine.store.limit([limits(JobGates(concurrency: 3))])
            #expect(try await claimed(engine, limit: 10) == 2)
            #expect(try await claimed(engine, limit: 10) == 0)
            #expect(try await engine.count("select concurrency::bigint from bursar.kind where name = 'test.work'") == 3)
            try await engine.store.limit([limits(JobGates(concurrency: 4))])
            #expect(try await claimed(engine, limit: 10) == 1)
            try await engine.store.limit([limits(.open)])
            #expect(try await claimed(engine, limit: 10) == 2)
            #expect(try await engine.count("select count(*) from bursar.kind where concurrency is not null") == 0)
        }
    }

    @Test func `a raised limit of a key lets those step forward whom the old one held`() async throws {
        try await withEngine { engine, _ in
            try await engine.store.limit([limits(JobGates(perKey: 1))])
            for _ in 0..<3 {
                _ = try await engine.pool.enqueue(NewJob(kind: "test.work", limitKey: "k"), now: engine.time.now())
            }
            #expect(try await claimed(engine, limit: 10) == 1)
            try await engine.store.limit([limits(JobGates(perKey: 3))])
            // Each pass lets one of a line step forward.
            for _ in 0..<2 { _ = try await engine.store.reap() }
            #expect(try await claimed(engine, limit: 10) == 2)
        }
    }

    @Test func `what operators and the fleet did to a kind stays`() async throws {
        try await withEngine { engine, _ in
            let gates = JobGates(bucket: TokenBucket("b", capacity: 2, interval: .seconds(60)))
            try await engine.store.limit([limits(gates)])
            _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now())
            #expect(try await claimed(engine, limit: 10) == 1)
            #expect(try await engine.queues.pause("test.work", by: .by(because: "audit")))
            var more = gates
            more.concurrency = 5
            try await engine.store.limit([limits(more)])
            let queue = try #require(try await engine.pool.first(Queues(kind: "test.work")))
            #expect(queue.gates.pause?.reason == "audit" && queue.gates.concurrency == 5)
            #expect(try await engine.count("select count(*) from bursar.bucket where full_at > '2026-01-01'") == 1)
        }
    }

    private func limits(_ gates: JobGates) -> KindLimits {
        KindLimits(kind: "test.work", deadline: .seconds(3_600), gates: gates)
    }

    private func claimed(_ engine: TestEngine, limit: Int) async throws -> Int {
        engine.store.marks.reset()
        return try await engine.store.claim(limit: limit).claims.count
    }
}
