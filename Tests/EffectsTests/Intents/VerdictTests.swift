import Effects
import Postgres
import Primitives
import ProviderSupport
import TestSupport
import Testing

/// What a person may decide about an intent by hand.
@Suite struct VerdictTests {
    /// A payment that was cut off before anything was done, whose key the company does not keep.
    private func parked(_ world: EffectsWorld) async throws -> Intent {
        world.provider.change { $0.dropsBefore = 1 }
        let intent = try await world.settle(try await world.plan("payout:1"))
        #expect(intent.state == .parked)
        world.provider.change { $0.dropsBefore = 0 }
        return intent
    }

    @discardableResult
    private func refuse(
        _ intent: Intent, _ world: EffectsWorld, because reason: String = "not in the bank's statement of May"
    ) async throws -> IntentChange {
        try await world.pool.transaction { transaction in
            try await world.intents.refuse(intent.id, by: "operator mira", because: reason, in: transaction)
        }
    }

    @Test func `a parked intent that was never carried out is refused by hand, and decided anew`() async throws {
        let moves = Shared<[IntentState]>([])
        try await withWorld(
            target: try bank { $0.keyLife = .zero },
            onChange: { change, _ in moves.change { $0.append(change.intent.state) } }
        ) { world in
            let intent = try await parked(world)
            await #expect(throws: EffectError.self) { try await world.plan("payout:1", revision: 2) }
            let change = try await refuse(intent, world)
            #expect(change.from == .parked && change.intent.state == .refused && moves.value.last == .refused)
            #expect(change.intent.standing.refusal?.code == "by_hand")
            #expect(change.intent.standing.refusal?.message == "not in the bank's statement of May")
            let entry = try #require(try await world.pool.explainIntent(intent.id)?.entries.last)
            #expect(entry.cause == "verdict" && entry.who == "operator mira" && entry.from == .parked)
            #expect(entry.detail.contains("statement of May") && entry.detail.contains("its outcome is unknown"))
            let second = try await world.plan("payout:1", revision: 2)
            #expect(try await world.settle(second).state == .done)
            #expect(world.provider.effects(of: "payout:1").count == 1)
            // The company has it after all: a person must hear of that.
            let report = EffectReport(
                reference: intent.key, remoteID: "obj_9", status: .succeeded, madeAt: world.time.now())
            try await world.pool.transaction { transaction in
                try await world.intents.observe(report, of: EffectsWorld.target, by: "webhook", in: transaction)
            }
            #expect(world.log.codes.contains("BRS-8102"))
        }
    }

    @Test func `a verdict needs a reason, and an intent that is parked and was never there`() async throws {
        try await withWorld(target: try bank { $0.keyLife = .zero }) { world in
            let planned = try await world.plan("payout:2")
            let error = await #expect(throws: EffectError.self) { try await refuse(planned, world) }
            #expect(error?.code == .verdictNotAllowed)
            #expect(try await world.settle(planned).state == .done)
            await #expect(throws: EffectError.self) { try await refuse(planned, world) }
            let intent = try await parked(world)
            for reason in ["", " \n"] {
                let error = await #expect(throws: EffectError.self) { try await refuse(intent, world, because: reason) }
                #expect(error?.code == .invalid)
            }
            #expect(try await world.state(of: intent) == .parked)
            try await refuse(intent, world)
            await #expect(throws: EffectError.self) { try await refuse(intent, world) }
        }
    }

    @Test func `what the company has is ended by the company alone`() async throws {
        let target = try bank { $0.settlementLimit = .seconds(1) }
        try await withWorld(manners: manners { $0.settling = .seconds(400 * 86_400) }, target: target) { world in
            let intent = try await world.settle(try await world.plan("payout:1"))
            #expect(intent.state == .parked && intent.standing.remoteID != nil)
            let error = await #expect(throws: EffectError.self) { try await refuse(intent, world) }
            #expect(error?.code == .verdictNotAllowed)
            #expect(try await world.state(of: intent) == .parked)
        }
    }
}
