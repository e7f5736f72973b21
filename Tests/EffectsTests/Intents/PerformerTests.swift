import Effects
import Postgres
import Primitives
import ProviderSupport
import TestSupport
import Testing

/// Two at once, one that is frozen, one that dies.
@Suite struct PerformerTests {
    @Test func `two performers of one intent at once make one call`() async throws {
        try await withWorld { world in
            let intent = try await world.plan("payout:1")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<5 { group.addTask { _ = try await world.perform(intent) } }
                try await group.waitForAll()
            }
            #expect(world.provider.calls(of: intent.key) == 1)
            #expect(world.provider.effects(of: "payout:1").count == 1)
        }
    }

    @Test(arguments: [TestProvider.Phase.arrived, .carriedOut])
    func `a performer frozen in its call, taken over and thawed, does nothing twice`(
        where phase: TestProvider.Phase
    ) async throws {
        let frozen = EventProbe<Int>()
        let thaw = EventProbe<Int>()
        let calls = Shared(0)
        try await withWorld(onPhase: { at, _ in
            guard at == phase,
                calls.change({ calls in
                    calls += 1
                    return calls
                }) == 1
            else { return }
            frozen.record(1)
            _ = try await thaw.next()
        }) { world in
            let intent = try await world.plan("payout:1")
            async let first = world.perform(intent)
            _ = try await frozen.next()
            // While it may still be at it, nobody else submits.
            let meanwhile = try await world.perform(intent)
            #expect(meanwhile.intent.state == .submitting && meanwhile.again == EffectsWorld.begin(after: world, 90))
            world.time.advance(by: .seconds(90))
            #expect(try await world.perform(intent).intent.state == .accepted)
            thaw.record(1)
            _ = try await first
            let done = try await world.settle(intent)
            #expect(done.state == .done && done.standing.attempt == 2)
            #expect(world.provider.effects(of: "payout:1").count == 1 && world.provider.misuses.isEmpty)
            #expect(try await world.story(of: intent).contains("late answer: accepted"))
            #expect(!world.log.codes.contains("BRS-8102"))
        }
    }

    @Test func `a performer frozen before its call does not send when it wakes up`() async throws {
        let uptime = Shared(ContinuousClock.now)
        let readings = Shared(0)
        try await withWorld(uptime: {
            // Between the first reading, before the submission is begun, and the second, before the call: a day.
            let reading = readings.change { readings in
                readings += 1
                return readings
            }
            return reading == 2 ? uptime.value + .seconds(86_400) : uptime.value
        }) { world in
            let intent = try await world.plan("payout:1")
            let progress = try await world.perform(intent)
            #expect(progress.intent.state == .planned && progress.intent.standing.attempt == 1)
            #expect(world.provider.calls(of: intent.key) == 0)
            #expect(try await world.settle(intent).state == .done)
        }
    }

    @Test func `a performer that dies in its call is replaced, with the same key and the same bytes`() async throws {
        let seen = Shared<[EffectRequest]>([])
        try await withWorld { world in
            let intent = try await world.plan("payout:1")
            let dying = DyingProvider(company: world.provider, seen: seen)
            await #expect(throws: (any Error).self) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try await world.intents.perform(intent.id, via: dying, by: "dying") }
                    group.addTask {
                        _ = try await dying.died.next()
                        throw CancellationError()
                    }
                    _ = try await group.next()
                }
            }
            #expect(try await world.state(of: intent) == .submitting)
            world.time.advance(by: .seconds(90))
            #expect(try await world.settle(intent).state == .done)
            #expect(world.provider.effects(of: "payout:1").count == 1)
            #expect(seen.value == [EffectRequest(operation: "pay", bytes: Array("payout:1|100".utf8))])
        }
    }

    @Test func `a sweep takes over what was left, and asks for what was accepted`() async throws {
        try await withWorld { world in
            var intents: [Intent] = []
            for number in 1...5 { intents.append(try await world.plan("payout:\(number)")) }
            #expect(try await world.intents.sweep(EffectsWorld.target, via: world.provider, limit: 3).worked == 3)
            #expect(try await world.intents.sweep(EffectsWorld.target, via: world.provider, limit: 9).worked == 2)
            for _ in 0..<40 {
                world.time.advance(by: .seconds(1_800))
                _ = try await world.intents.sweep(EffectsWorld.target, via: world.provider, limit: 9)
            }
            for intent in intents { #expect(try await world.state(of: intent) == .done) }
            let (page, next) = try await world.pool.intents(IntentFilter(state: .done), before: nil, limit: 3)
            #expect(page.map(\.id) == intents.reversed().prefix(3).map(\.id) && next == intents[2].id)
            let (rest, end) = try await world.pool.intents(
                IntentFilter(state: .done, target: EffectsWorld.target), before: next, limit: 3)
            #expect(rest.count == 2 && end == nil)
            #expect(try await world.pool.unsettledIntents().isEmpty)
        }
    }
}

/// Carries out what it is asked, and never answers.
private struct DyingProvider: EffectProvider {
    let company: TestProvider
    let seen: Shared<[EffectRequest]>
    let died = EventProbe<Int>()

    func submit(_ request: EffectRequest, key: IdempotencyKey) async throws -> EffectAnswer {
        seen.change { $0.append(request) }
        _ = try await company.submit(request, key: key)
        died.record(1)
        try await ContinuousClock().sleep(for: .seconds(3_600))
        return .unknown(why: "never")
    }

    func lookUp(_ reference: EffectReference) async throws -> EffectReport? { nil }

    func list(since: Instant?, after cursor: String?) async throws -> EffectPage {
        EffectPage(reports: [], next: nil)
    }
}

extension EffectsWorld {
    fileprivate static func begin(after world: EffectsWorld, _ seconds: Int) -> Instant {
        world.time.now() + .seconds(seconds)
    }
}
