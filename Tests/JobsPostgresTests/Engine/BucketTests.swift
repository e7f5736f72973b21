import Jobs
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

@Suite struct BucketTests {
    private static let bucket = TokenBucket("calls", capacity: 3, interval: .seconds(1))
    private static let limits = ["test.a", "test.b"].map {
        KindLimits(kind: $0, deadline: .seconds(3_600), gates: JobGates(bucket: bucket))
    }

    @Test
    func `over any span no more start than the bucket could hold and gain, and none of it is lost`() async throws {
        try await withFleet(4, limits: Self.limits) { fleet, _ in
            for n in 0..<200 { try await fleet[0].enqueue(NewJob(kind: n % 2 == 0 ? "test.a" : "test.b")) }
            var random = SplitMix(seed: 1)
            var granted: [Instant] = []
            let time = fleet[0].time
            let begin = time.now()
            for _ in 0..<60 {
                let claims = try await withThrowingTaskGroup(of: [Claim].self) { group in
                    for engine in fleet { group.addTask { try await engine.look(10) } }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                granted += claims.map { _ in time.now() }
                for claim in claims { try await fleet[0].finish(claim) }
                // Less than what fills it: nothing overflows.
                time.advance(by: .milliseconds(Int.random(in: 0...2_000, using: &random)))
            }
            granted += try await fleet[0].look(10).map { _ in time.now() }
            for (first, from) in granted.enumerated() {
                for (last, to) in granted.enumerated().dropFirst(first) {
                    let gained = Int(((to - from) / .seconds(1)).rounded(.down))
                    #expect(last - first + 1 <= 3 + gained)
                }
            }
            #expect(granted.count == 3 + Int(((time.now() - begin) / .seconds(1)).rounded(.down)))
        }
    }

    @Test func `whoever asks to be left alone is left alone by the whole fleet and by every kind`() async throws {
        try await withFleet(2, limits: Self.limits) { fleet, _ in
            for kind in ["test.a", "test.b"] { try await fleet[0].enqueue(NewJob(kind: JobKind(kind))) }
            try await fleet[0].store.block("calls", for: .seconds(30))
            // A shorter one does not shorten it.
            try await fleet[1].store.block("calls", for: .seconds(10))
            fleet[0].time.advance(by: .seconds(29))
            for engine in fleet { #expect(try await engine.look() == []) }
            fleet[0].time.advance(by: .seconds(2))
            #expect(try await fleet[1].look().map(\.attempt) == [1, 1])
        }
    }

    @Test func `a bucket that a new build made smaller gives no more than it holds now`() async throws {
        try await withFleet(1, limits: Self.limits) { fleet, database in
            for _ in 0..<10 { try await fleet[0].enqueue(NewJob(kind: "test.a")) }
            let gates = JobGates(bucket: TokenBucket("calls", capacity: 1, interval: .seconds(10)))
            let newer = TestEngine(
                database, limits: [KindLimits(kind: "test.a", deadline: .seconds(60), gates: gates)],
                time: fleet[0].time)
            try await withRunningPool(newer.pool) {
                try await newer.store.beat()
                #expect(try await fleet[0].look().count == 1)
                fleet[0].time.advance(by: .seconds(9))
                #expect(try await newer.look() == [])
                fleet[0].time.advance(by: .seconds(1))
                #expect(try await newer.look().count == 1)
                await newer.session.end()
            }
        }
    }
}
