import DatabaseTestSupport
import Effects
import Jobs
import JobsPostgres
import Logging
import Postgres
import Primitives
import ProviderSupport
import TestSupport
import Testing

/// How a job uses intents: on the engine's own store.
@Suite struct JobAttemptTests {
    private struct Engine: Sendable {
        let world: EffectsWorld
        let store: PostgresJobStore

        func claimOne() async throws -> Attempt<PostgresJobStore> {
            let claim = try #require(try await store.claim(limit: 1).claims.first)
            return Attempt(claim: claim, store: store, logger: world.log.logger)
        }

        /// Takes the job from its attempt, as the reaper does.
        func retake(_ attempt: Attempt<PostgresJobStore>) async throws -> Attempt<PostgresJobStore> {
            #expect(try await store.postpone(attempt.claim, until: .after(.zero), failure: nil))
            return try await claimOne()
        }
    }

    private func withEngine(
        onPhase: @escaping @Sendable (TestProvider.Phase, IdempotencyKey) async throws -> Void = { _, _ in },
        _ body: @Sendable (Engine) async throws -> Void
    ) async throws {
        try await withWorld(onPhase: onPhase) { world in
            let kind: JobKind = "test.pay"
            let session = DaemonSession(
                address: world.address,
                identity: DaemonSession.Identity(host: "test", pid: 1, build: "test", kinds: [kind]),
                time: world.time, logger: world.log.logger)
            try await session.beat()
            let store = PostgresJobStore(
                pool: world.pool, session: session, kinds: [KindLimits(kind: kind, deadline: .seconds(3_600))],
                liveness: Liveness(lease: .milliseconds(400), beat: .milliseconds(100)), time: world.time,
                logger: world.log.logger)
            _ = try await world.pool.enqueue(NewJob(kind: kind, money: true), now: world.time.now())
            try await body(Engine(world: world, store: store))
            await session.end()
        }
    }

    @Test func `a job plans in a step of its own, and performs until the intent is settled`() async throws {
        try await withEngine { engine in
            let attempt = try await engine.claimOne()
            let intents = engine.world.intents
            let intent = try await intents.plan(try payment("payout:1"), in: attempt, checkpoint: #"{"planned":1}"#)
            let progress = try await intents.perform(
                intent.id, via: engine.world.provider, for: attempt, checkpoint: #"{"planned":1}"#)
            #expect(progress.intent.state == .accepted && progress.again != nil)
            let again = try #require(progress.again)
            #expect(try await engine.store.postpone(attempt.claim, until: .at(again), failure: nil))
            engine.world.time.set(to: again)

            let second = try await engine.claimOne()
            #expect(second.claim.checkpoint == #"{"planned": 1}"#)
            _ = try await intents.perform(intent.id, via: engine.world.provider, for: second, checkpoint: "{}")
            #expect(engine.world.provider.calls(of: intent.key) == 1)
            let history = try #require(try await engine.world.pool.explainIntent(intent.id))
            #expect(history.entries.allSatisfy { $0.who.hasPrefix("job \(attempt.claim.job) lease ") })
        }
    }

    @Test func `an attempt that lost its lease decides nothing and submits nothing`() async throws {
        try await withEngine { engine in
            let old = try await engine.claimOne()
            let intents = engine.world.intents
            let intent = try await intents.plan(try payment("payout:1"), in: old, checkpoint: "{}")
            let new = try await engine.retake(old)
            await #expect(throws: LeaseLost.self) {
                try await intents.plan(try payment("payout:2"), in: old, checkpoint: "{}")
            }
            await #expect(throws: LeaseLost.self) {
                try await intents.perform(intent.id, via: engine.world.provider, for: old, checkpoint: "{}")
            }
            #expect(engine.world.provider.calls(of: intent.key) == 0)
            #expect(try await engine.world.pool.intents(of: "payout:2").isEmpty)
            #expect(try await engine.world.state(of: intent) == .planned)
            let progress = try await intents.perform(
                intent.id, via: engine.world.provider, for: new, checkpoint: "{}")
            #expect(progress.intent.state == .accepted)
        }
    }

    @Test func `an attempt that is retaken in the middle of its call has its answer recorded, once`() async throws {
        let frozen = EventProbe<Int>()
        let thaw = EventProbe<Int>()
        try await withEngine(onPhase: { phase, _ in
            guard phase == .carriedOut else { return }
            frozen.record(1)
            _ = try await thaw.next()
        }) { engine in
            let old = try await engine.claimOne()
            let intents = engine.world.intents
            let intent = try await intents.plan(try payment("payout:1"), in: old, checkpoint: "{}")
            async let first = intents.perform(intent.id, via: engine.world.provider, for: old, checkpoint: "{}")
            _ = try await frozen.next()
            let new = try await engine.retake(old)
            let waiting = try await intents.perform(intent.id, via: engine.world.provider, for: new, checkpoint: "{}")
            #expect(waiting.intent.state == .submitting)
            thaw.record(1)
            #expect(try await first.intent.state == .accepted)
            #expect(engine.world.provider.calls(of: intent.key) == 1)
            #expect(try await engine.world.settle(intent).state == .done)
            #expect(engine.world.provider.effects(of: "payout:1").count == 1)
        }
    }
}
