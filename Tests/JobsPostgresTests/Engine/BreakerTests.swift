import Jobs
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

@Suite struct BreakerTests {
    private static let breaker = CircuitBreaker("stripe")
    private static let limits = ["test.a", "test.b"].map {
        KindLimits(kind: $0, deadline: .seconds(3_600), gates: JobGates(breaker: breaker))
    }

    private struct Away: Error {}

    /// Enqueues twenty, and has the other side fail `count` times.
    private func fail(_ count: Int, of fleet: [TestEngine]) async throws {
        for n in 0..<20 { try await fleet[0].enqueue(NewJob(kind: n % 2 == 0 ? "test.a" : "test.b")) }
        for n in 0..<count {
            let engine = fleet[n % fleet.count]
            let claim = try #require(try await engine.look(1).first)
            try await engine.store.judge(claim, failure: Away())
            #expect(try await engine.store.postpone(claim, until: .after(.zero), failure: "away"))
        }
    }

    private func lookTogether(_ fleet: [TestEngine]) async throws -> [Claim] {
        try await withThrowingTaskGroup(of: [Claim].self) { group in
            for engine in fleet { group.addTask { try await engine.look() } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    @Test func `five failures in a row open it for a minute, then one in the whole fleet may try`() async throws {
        try await withFleet(4, limits: Self.limits) { fleet, _ in
            try await fail(4, of: fleet)
            // Not yet: this one starts, and strikes too.
            let fifth = try #require(try await fleet[0].look(1).first)
            try await fleet[0].store.judge(fifth, failure: Away())
            #expect(try await fleet[0].store.postpone(fifth, until: .after(.zero), failure: "away"))
            let attempts = try await fleet[0].count("select sum(attempt) from bursar.job")
            for _ in 0..<6 {
                #expect(try await lookTogether(fleet) == [])
                fleet[0].time.advance(by: .milliseconds(9_999))
            }
            #expect(try await fleet[0].count("select sum(attempt) from bursar.job") == attempts)
            fleet[0].time.advance(by: .seconds(1))
            let probes = try await lookTogether(fleet)
            #expect(probes.count == 1)
            #expect(try await lookTogether(fleet) == [])
            let probe = try #require(probes.first)
            try await fleet[0].finish(probe)
            try await fleet[0].store.judge(probe, failure: nil)
            #expect(try await fleet[0].look().count == 19)
        }
    }

    @Test func `a trial that fails opens it again, one that is put off or dies leaves it to the next`() async throws {
        try await withFleet(3, limits: Self.limits) { fleet, _ in
            try await fail(5, of: [fleet[0]])
            fleet[0].time.advance(by: .seconds(61))
            let failed = try #require(try await fleet[0].look().first)
            try await fleet[0].store.judge(failed, failure: Away())
            #expect(try await fleet[0].store.postpone(failed, until: .after(.zero), failure: "away"))
            fleet[0].time.advance(by: .seconds(59))
            #expect(try await lookTogether(fleet) == [])
            fleet[0].time.advance(by: .seconds(2))
            let tried = try await lookTogether(fleet)
            #expect(tried.count == 1)
            let putOff = try #require(tried.first)
            #expect(try await fleet[0].store.postpone(putOff, until: .after(.seconds(3_600)), failure: nil))
            let dying = try #require(try await fleet[2].look().first)
            #expect(try await fleet[0].look() == [])
            try await fleet[2].die(seenBy: fleet[0])
            #expect(try await fleet[0].store.reap() == 1)
            let next = try await lookTogether([fleet[0], fleet[1]])
            #expect(next.count == 1 && next.allSatisfy { $0.lease > dying.lease })
        }
    }

    @Test func `a success between failures makes the count begin anew`() async throws {
        try await withFleet(1, limits: Self.limits) { fleet, _ in
            try await fail(4, of: fleet)
            let well = try #require(try await fleet[0].look(1).first)
            try await fleet[0].finish(well)
            try await fleet[0].store.judge(well, failure: nil)
            try await fail(4, of: fleet)
            #expect(try await fleet[0].look(1).count == 1)
        }
    }

    @Test func `what fails in the database says nothing about the other side, neither well nor ill`() async throws {
        try await withFleet(1, limits: Self.limits) { fleet, _ in
            let broken = PostgresError(.protocolViolation, "test")
            try await fail(4, of: fleet)
            let first = try #require(try await fleet[0].look(1).first)
            try await fleet[0].store.judge(first, failure: broken)
            #expect(try await fleet[0].store.postpone(first, until: .after(.zero), failure: "away"))
            #expect(try await fleet[0].count("select failures::int8 from bursar.breaker") == 4)
            try await fail(1, of: fleet)
            fleet[0].time.advance(by: .seconds(61))
            // A trial that never reached the other side is none.
            let probe = try #require(try await fleet[0].look().first)
            try await fleet[0].store.judge(probe, failure: broken)
            #expect(try await fleet[0].store.postpone(probe, until: .after(.zero), failure: "away"))
            #expect(try await fleet[0].look().count == 1)
        }
    }
}
