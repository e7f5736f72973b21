import Jobs
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

/// A daemon that was taken for dead, or ended its life, and goes on under its old name for a moment.
@Suite struct BuriedDaemonTests {
    private static let limits = [
        KindLimits.work(), KindLimits(kind: "test.gated", deadline: .seconds(3_600), gates: JobGates(concurrency: 5)),
        KindLimits(kind: "test.bulk", deadline: .seconds(3_600), isIdempotent: true),
    ]

    @Test func `a daemon that was buried is given nothing under its old name`() async throws {
        try await withFleet(2, limits: Self.limits) { fleet, _ in
            let (engine, victim) = (fleet[0], fleet[1])
            let name = await victim.session.current
            try await victim.die(seenBy: engine)
            _ = try await engine.store.reap()
            for kind in Self.limits.map(\.kind) { try await engine.enqueue(NewJob(kind: kind)) }
            #expect(await victim.session.current == name)
            #expect(try await victim.look() == [])
            #expect(try await victim.turn(kind: "test.bulk").next == nil)
            // Others are, and so is the same one under its new name.
            #expect(try await engine.look(1).count == 1)
            _ = try? await victim.store.beat()
            try await victim.store.beat()
            #expect(await victim.session.current != name)
            #expect(try await victim.look().count == 1)
            #expect(try await victim.turn(kind: "test.bulk").next?.jobs.count == 1)
        }
    }

    @Test func `what a daemon was given just as its life ended is retaken at once`() async throws {
        try await withFleet(2, limits: Self.limits) { fleet, _ in
            let (engine, gone) = (fleet[0], fleet[1])
            for kind in Self.limits.map(\.kind) { try await engine.enqueue(NewJob(kind: kind)) }
            // Kinds with gates and without take turns.
            let claims = try await gone.look() + gone.look()
            #expect(claims.count == 2)
            let batch = try #require(try await gone.turn(kind: "test.bulk").next)
            let id = try #require(await gone.session.current)
            try await engine.pool.run(FoldTally())
            #expect(try await engine.store.beat().mayReap == false)
            try await engine.pool.execute("update bursar.daemon set ended_at = beat_at where id = \(id.uuid)")
            #expect(try await engine.store.beat().mayReap)
            #expect(try await engine.store.reap() == 3)
            let again = try await engine.look() + engine.look()
            #expect(Set(again.map(\.job)) == Set(claims.map(\.job)))
            #expect(try await engine.turn(kind: "test.bulk").next?.jobs.map(\.id) == batch.jobs.map(\.id))
            for claim in claims { #expect(try await gone.store.fail(claim, error: "late") == false) }
            try await engine.expectTalliesToBeCounts()
        }
    }

    @Test func `retaking goes on when a life of the server seems to have begun and nobody connected`() async throws {
        try await withFleet(2) { fleet, _ in
            let (engine, victim) = (fleet[0], fleet[1])
            try await engine.enqueue(NewJob(kind: "test.work"))
            #expect(try await victim.look().count == 1)
            try await victim.die(seenBy: engine)
            // As after `pg_stat_reset_shared('bgwriter')`, which would disturb the databases of other tests.
            try await engine.pool.execute("update bursar.server_life set identity = 'before the reset'")
            #expect(try await engine.store.reap() == 0)
            try await engine.pool.execute("select pg_sleep(\(TestEngine.liveness.lease.inSeconds) + 0.05)::text")
            #expect(try await engine.store.reap() == 1)
        }
    }
}
