import Effects
import Postgres
import Primitives
import ProviderSupport
import TestSupport
import Testing

@Suite struct IntentTests {
    @Test func `an intent is planned, submitted once, accepted, and done when the company says so`() async throws {
        try await withWorld { world in
            let planned = try await world.plan("payout:1")
            #expect(planned.state == .planned && planned.standing.attempt == 0)
            let progress = try await world.perform(planned)
            #expect(progress.intent.state == .accepted && progress.again != nil)
            #expect(world.provider.calls(of: planned.key) == 1)

            let done = try await world.settle(planned)
            #expect(done.state == .done && done.standing.remoteID == "obj_1")
            #expect(world.provider.effects(of: "payout:1").count == 1)
            #expect(world.provider.calls(of: planned.key) == 1)
            #expect(
                try await world.story(of: planned).prefix(3) == [
                    "plan: planned", "begin: submitting", "answer: accepted",
                ])
        }
    }

    @Test func `deciding the same again is the same intent, however far it is`() async throws {
        try await withWorld { world in
            let first = try await world.plan("payout:1")
            _ = try await world.settle(first)
            let again = try await world.plan("payout:1")
            #expect(again.id == first.id && again.state == .done && again.key == first.key)
            #expect(try await world.count("select count(*) from bursar.intent") == 1)
        }
    }

    @Test func `two that decide the same at once make one intent`() async throws {
        try await withWorld { world in
            let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<6 { group.addTask { try await world.plan("payout:1").id } }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
        }
    }

    @Test func `other bytes, another operation or another target under a business key are refused`() async throws {
        try await withWorld { world in
            try await world.plan("payout:1")
            await #expect(throws: EffectError.self) { try await world.plan("payout:1", request: "payout:1|200") }
            let other = try IntentPlan(
                target: EffectsWorld.target, operation: "refund", businessKey: "payout:1", request: [1])
            await #expect(throws: EffectError.self) {
                try await world.pool.transaction { try await world.intents.plan(other, by: "test", in: $0) }
            }
            let nowhere = try IntentPlan(target: "nowhere", operation: "pay", businessKey: "payout:1", request: [1])
            await #expect(throws: EffectError.self) {
                try await world.pool.transaction { try await world.intents.plan(nowhere, by: "test", in: $0) }
            }
            #expect(try await world.count("select count(*) from bursar.intent") == 1)
        }
    }

    @Test func `a new revision, with a new key, follows a definite refusal and nothing else`() async throws {
        try await withWorld { world in
            let first = try await world.plan("payout:1")
            for early in [2, 3] {
                let error = await #expect(throws: EffectError.self) {
                    try await world.plan("payout:1", revision: early)
                }
                #expect(error?.code == .revisionNotAllowed)
            }
            world.provider.change { $0.refuses = 1 }
            #expect(try await world.settle(first).state == .refused)
            #expect(try await world.plan("payout:1").id == first.id)
            await #expect(throws: EffectError.self) { try await world.plan("payout:1", revision: 3) }

            world.provider.change { $0.refuses = 0 }
            let second = try await world.plan("payout:1", revision: 2, request: "payout:1|100|other account")
            #expect(second.key != first.key && second.revision == 2)
            #expect(try await world.settle(second).state == .done)
            await #expect(throws: EffectError.self) { try await world.plan("payout:1", revision: 3) }
            #expect(world.provider.effects(of: "payout:1").count == 1)
            #expect(try await world.pool.intents(of: "payout:1").map(\.revision) == [2, 1])
        }
    }

    @Test func `nothing is sent when the transaction that decided is undone`() async throws {
        try await withWorld { world in
            struct Undone: Error {}
            let plan = try payment("payout:1")
            await #expect(throws: Undone.self) {
                try await world.pool.transaction { transaction in
                    try await world.intents.plan(plan, by: "test", in: transaction)
                    throw Undone()
                }
            }
            #expect(try await world.intents.sweep(EffectsWorld.target, via: world.provider, limit: 10).worked == 0)
            #expect(world.provider.calls(of: plan.key) == 0)
        }
    }

    @Test func `a success that is undone later is reversed, and stays so`() async throws {
        try await withWorld(manners: manners { $0.reverses = 1 }) { world in
            let intent = try await world.plan("payout:1")
            _ = try await world.settle(intent)
            world.time.advance(by: .seconds(86_400))
            let effect = try #require(world.provider.effects(of: "payout:1").first)
            #expect(effect.status(at: world.time.now()) == .reversed)
            for status in [EffectReport.Status.reversed, .succeeded, .pending, .failed] {
                let report = EffectReport(
                    reference: intent.key, remoteID: effect.remoteID, status: status, madeAt: effect.madeAt)
                try await world.pool.transaction { transaction in
                    try await world.intents.observe(report, of: EffectsWorld.target, by: "webhook", in: transaction)
                }
                #expect(try await world.state(of: intent) == .reversed)
            }
        }
    }

    @Test func `what a system writes with a move commits with it or undoes it`() async throws {
        struct Refused: Error {}
        let refuses = Shared(true)
        try await withWorld(onChange: { change, transaction in
            if change.intent.state == .accepted, refuses.value { throw Refused() }
            try await transaction.execute("insert into moves values (\(change.intent.state.rawValue))")
        }) { world in
            try await world.pool.execute("create table moves (state text)")
            let intent = try await world.plan("payout:1")
            await #expect(throws: Refused.self) { try await world.perform(intent) }
            #expect(try await world.state(of: intent) == .submitting)
            refuses.value = false
            #expect(try await world.settle(intent).state == .done)
            let moves = try await world.pool.query("select state from moves")
            let states = try moves.map { row in
                var row = row
                return try row.next(String.self)
            }
            #expect(states == ["submitting", "unknown", "submitting", "accepted", "done"])
            #expect(world.provider.effects(of: "payout:1").count == 1)
        }
    }

    @Test func `an intent that does not exist is told as such`() async throws {
        try await withWorld { world in
            let error = await #expect(throws: EffectError.self) {
                try await world.intents.perform(77, via: world.provider, by: "test")
            }
            #expect(error?.code == .notFound)
            let nothing = try await world.pool.explainIntent(77)
            #expect(nothing == nil)
        }
    }
}
