import Jobs
import Logging
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

/// What a claim answers when it takes little or nothing: when to come again.
@Suite struct ClaimTurnTests {
    private static let bucket = TokenBucket("calls", capacity: 1, interval: .milliseconds(100))
    private static let calls = KindLimits(
        kind: "test.calls", deadline: .seconds(3_600),
        gates: JobGates(bucket: bucket, breaker: CircuitBreaker("company", threshold: 1, rest: .seconds(60))))

    @Test func `kinds with gates and kinds without have turns, however much of one waits`() async throws {
        try await withFleet(1, limits: [.work(), Self.calls]) { fleet, _ in
            for _ in 0..<50 { try await fleet[0].enqueue(NewJob(kind: "test.work")) }
            try await fleet[0].enqueue(NewJob(kind: "test.calls"))
            let turns = [try await fleet[0].look(2), try await fleet[0].look(2), try await fleet[0].look(2)]
            #expect(turns.map { Set($0.map(\.kind)).count } == [1, 1, 1])
            #expect(turns.joined().filter { $0.kind == "test.calls" }.count == 1)
        }
    }

    @Test func `an empty bucket, a company that asks for peace and a breaker at rest say when`() async throws {
        try await withFleet(1, limits: [Self.calls]) { fleet, _ in
            let store = fleet[0].store
            for _ in 0..<3 { try await fleet[0].enqueue(NewJob(kind: "test.calls")) }
            let first = try #require(try await store.claim(limit: 10).claims.first)
            #expect(try await store.claim(limit: 10).opensAfter == .milliseconds(100))
            try await store.block("calls", for: .seconds(30))
            #expect(try await store.claim(limit: 10).opensAfter == .seconds(30))
            try await store.judge(first, failure: Unwell())
            #expect(try await store.claim(limit: 10).opensAfter == .seconds(60))
            fleet[0].time.advance(by: .seconds(60))
            let answer = try await store.claim(limit: 10)
            #expect(answer.claims.count == 1 && answer.opensAfter == nil)
        }
    }

    @Test func `what others hold is looked for again, ever less often, and is not lost`() async throws {
        try await withFleet(1, limits: [.work()], poolSize: 4) { fleet, _ in
            let store = fleet[0].store
            try await fleet[0].enqueue(NewJob(kind: "test.work"))
            try await fleet[0].pool.transaction { transaction in
                try await transaction.execute("select from bursar.job for update")
                var pauses: [Duration] = []
                for _ in 0..<10 {
                    store.marks.reset()
                    let answer = try await store.claim(limit: 10)
                    #expect(answer.claims.isEmpty && !answer.mayHaveMore)
                    pauses.append(try #require(answer.opensAfter))
                }
                #expect(pauses.first == .milliseconds(10) && pauses.last == .milliseconds(640))
                #expect(pauses == pauses.sorted())
            }
            store.marks.reset()
            let answer = try await store.claim(limit: 10)
            #expect(answer.claims.count == 1 && answer.opensAfter == nil)
        }
    }

    @Test func `kinds whose gates another daemon holds are looked for again`() async throws {
        try await withFleet(1, limits: [Self.calls], poolSize: 4) { fleet, _ in
            try await fleet[0].enqueue(NewJob(kind: "test.calls"))
            try await fleet[0].pool.transaction { transaction in
                try await transaction.execute("select from bursar.kind for update")
                let answer = try await fleet[0].store.claim(limit: 10)
                #expect(answer.claims.isEmpty && answer.opensAfter == .milliseconds(10))
            }
            #expect(try await fleet[0].look().count == 1)
        }
    }
}

private struct Unwell: ClassifiedFailure {
    var failureClass: FailureClass { .retry }
}
