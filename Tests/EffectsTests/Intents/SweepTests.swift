import Effects
import Postgres
import Primitives
import ProviderSupport
import TestSupport
import Testing

/// What a system writes with a move fails, and the others must not wait for it.
@Suite struct SweepTests {
    private struct Refused: Error {}

    /// A world in which no move of these can be written.
    private func withRefusals(
        of broken: Shared<Set<String>>, _ body: @Sendable (EffectsWorld) async throws -> Void
    ) async throws {
        try await withWorld(
            onChange: { change, _ in
                if broken.value.contains(change.intent.businessKey) { throw Refused() }
            }, body)
    }

    private func sweep(_ world: EffectsWorld, limit: Int) async throws -> IntentSweep {
        try await world.intents.sweep(EffectsWorld.target, via: world.provider, limit: limit)
    }

    @Test func `those that cannot be worked on take nobody's place, however many they are`() async throws {
        let broken = Shared(Set((1...5).map { "broken:\($0)" }))
        try await withRefusals(of: broken) { world in
            for key in broken.value.sorted() { try await world.plan(key) }
            world.time.advance(by: .seconds(1))
            let fine = try await world.plan("payout:1")
            let first = try await sweep(world, limit: 2)
            #expect(first.worked == 1 && first.failures.count == 5)
            #expect(try await world.state(of: fine) == .accepted)
            // They are left alone for a while, and then tried again.
            let second = try await sweep(world, limit: 2)
            #expect(second.worked == 0 && second.failures.isEmpty)
            world.time.advance(by: .seconds(60))
            broken.value = []
            #expect(try await sweep(world, limit: 9).worked >= 5)
            for key in ["broken:1", "broken:5"] {
                let intent = try #require(try await world.pool.intents(of: key).first)
                #expect(try await world.settle(intent).state == .done)
                #expect(world.provider.effects(of: key).count == 1)
            }
        }
    }

    @Test func `one that cannot be given up is put off as well`() async throws {
        let broken = Shared<Set<String>>([])
        try await withRefusals(of: broken) { world in
            let intent = try await world.plan("payout:1")
            world.provider.change { $0.dropsAfter = 1 }
            _ = try await world.perform(intent)
            // As a performer leaves it that dies in its call.
            try await world.pool.execute(
                """
                update bursar.intent set state = 'submitting', changes = changes + 1, attempt = attempt + 1,
                    sent_at = next_at, ended_at = null where state = 'unknown'
                """)
            world.time.advance(by: .seconds(3_600))
            broken.value = ["payout:1"]
            #expect(try await sweep(world, limit: 2).failures.count == 1)
            #expect(try await sweep(world, limit: 2).failures.isEmpty)
            #expect(try await world.state(of: intent) == .submitting)
            broken.value = []
            world.provider.change { $0.dropsAfter = 0 }
            #expect(try await world.settle(intent).state == .done)
            #expect(world.provider.effects(of: "payout:1").count == 1)
        }
    }

    @Test func `a report that a system refuses keeps its target held, and all others are heard`() async throws {
        let broken = Shared<Set<String>>(["broken:1"])
        try await withRefusals(of: broken) { world in
            let others = try await (1...3).asyncMap { try await world.plan("payout:\($0)") }
            let failing = try await world.plan("broken:1")
            for intent in others {
                _ = try await world.provider.submit(request(intent), key: intent.key)
                if intent == others[0] { _ = try await world.provider.submit(request(failing), key: failing.key) }
            }
            try await world.intents.hold(EffectsWorld.target, because: "the account is being audited")
            world.time.advance(by: .seconds(86_400))
            let result = try await world.intents.reconcile(EffectsWorld.target, via: world.provider, by: "test")
            #expect(!result.isReleased && result.reports == 4 && result.moved == 3 && result.failures.count == 1)
            for intent in others { #expect(try await world.state(of: intent) == .done) }
            #expect(try await world.state(of: failing) == .planned)
            broken.value = []
            let again = try await world.intents.reconcile(EffectsWorld.target, via: world.provider, by: "test")
            #expect(again.isReleased && again.moved == 1 && again.failures.isEmpty)
            #expect(try await world.state(of: failing) == .done)
        }
    }

    private func request(_ intent: Intent) -> EffectRequest {
        EffectRequest(operation: intent.operation, bytes: Array("\(intent.businessKey)|100".utf8))
    }
}

extension ClosedRange<Int> {
    fileprivate func asyncMap<T>(_ body: (Int) async throws -> T) async rethrows -> [T] {
        var mapped: [T] = []
        for number in self { mapped.append(try await body(number)) }
        return mapped
    }
}
