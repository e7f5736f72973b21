import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport
import Testing

@Suite struct ClaimTests {
    @Test func `many claimers at once take each job once`() async throws {
        try await withEngine { engine, _ in
            for _ in 0..<200 { _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now()) }
            let claimed = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var jobs: [Int64] = []
                        for _ in 0..<100 {
                            let claims = try await engine.store.claim(limit: 7).claims
                            if claims.isEmpty { break }
                            jobs += claims.map(\.job)
                        }
                        return jobs
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 200)
            #expect(Set(claimed).count == 200)
        }
    }

    @Test func `what is not due yet, or of another kind, is not claimed`() async throws {
        try await withEngine { engine, _ in
            let now = engine.time.now()
            _ = try await engine.pool.enqueue(NewJob(kind: "test.work", runAt: now + .seconds(1)), now: now)
            _ = try await engine.pool.enqueue(NewJob(kind: "test.other"), now: now)
            #expect(try await engine.store.claim(limit: 10).claims.isEmpty)
            engine.time.advance(by: .seconds(1))
            #expect(try await engine.store.claim(limit: 10).claims.map(\.kind) == ["test.work"])
        }
    }

    @Test func `jobs of one order key run one at a time, in order, whatever becomes of the head`() async throws {
        try await withEngine { engine, _ in
            let now = engine.time.now()
            var ids: [Int64] = []
            for _ in 0..<3 {
                ids.append(try await engine.pool.enqueue(NewJob(kind: "test.work", orderKey: "a"), now: now))
            }
            let first = try await engine.store.claim(limit: 10).claims
            #expect(first.map(\.job) == [ids[0]])
            #expect(try await engine.store.claim(limit: 10).claims.isEmpty)
            // A head that waits for its next attempt still stands before the others.
            #expect(try await engine.store.postpone(first[0], until: .after(.seconds(60)), failure: "boom"))
            #expect(try await engine.store.claim(limit: 10).claims.isEmpty)
            engine.time.advance(by: .seconds(60))
            let again = try await engine.store.claim(limit: 10).claims
            #expect(again.map(\.job) == [ids[0]] && again[0].failures == 1 && again[0].attempt == 2)
            try await engine.store.finish(again[0], report: RunReport(totals: "{}", hasWarnings: false)) { _ in }
            #expect(try await engine.store.claim(limit: 10).claims.map(\.job) == [ids[1]])
        }
    }

    @Test func `a second job of the same unique key is the first one`() async throws {
        try await withEngine { engine, _ in
            let now = engine.time.now()
            let first = try await engine.pool.enqueue(NewJob(kind: "test.work", uniqueKey: "k"), now: now)
            #expect(try await engine.pool.enqueue(NewJob(kind: "test.work", uniqueKey: "k"), now: now) == first)
            let claim = try #require(try await engine.store.claim(limit: 1).claims.first)
            try await engine.store.finish(claim, report: RunReport(totals: "{}", hasWarnings: false)) { _ in }
            #expect(try await engine.pool.enqueue(NewJob(kind: "test.work", uniqueKey: "k"), now: now) != first)
        }
    }

    @Test
    func `a job that somebody else's transaction has not committed is not claimed, and none is lost`() async throws {
        try await withEngine { engine, _ in
            try await engine.pool.transaction { transaction in
                _ = try await transaction.enqueue(NewJob(kind: "test.work"), now: engine.time.now())
                #expect(try await engine.store.claim(limit: 10).claims.isEmpty)
            }
            #expect(try await engine.store.claim(limit: 10).claims.count == 1)
        }
    }
}
