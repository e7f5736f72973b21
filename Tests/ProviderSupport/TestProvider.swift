package import Effects
package import Primitives
import Synchronization

/// A company with a ledger of what it did.
package final class TestProvider: EffectProvider {
    /// Where a submission is when a test is asked to wait, or to break it off.
    package enum Phase: Sendable, Hashable {
        case arrived, carriedOut
    }

    struct State {
        var manners: ProviderManners
        var random: SeededRandom
        /// What is kept of keys: since when, and what is said again.
        var keys: [IdempotencyKey: Kept] = [:]
        var effects: [ProviderEffect] = []
        var webhooks: [ProviderWebhook] = []
        var lastNumber = 0
        var calls: [IdempotencyKey: Int] = [:]
        var misuses: [String] = []
    }

    struct Kept {
        let since: Instant
        let bytes: [UInt8]
        let answer: EffectAnswer
        /// Before it the request is still being carried out.
        let readyAt: Instant
    }

    let time: any TimeSource
    let state: Mutex<State>
    private let onPhase: @Sendable (Phase, IdempotencyKey) async throws -> Void

    package init(
        manners: ProviderManners = .reliable, seed: UInt64 = 1, time: any TimeSource,
        onPhase: @escaping @Sendable (Phase, IdempotencyKey) async throws -> Void = { _, _ in }
    ) {
        self.time = time
        self.onPhase = onPhase
        state = Mutex(State(manners: manners, random: SeededRandom(seed: seed)))
    }

    package func submit(_ request: EffectRequest, key: IdempotencyKey) async throws -> EffectAnswer {
        try await onPhase(.arrived, key)
        let answer = try state.withLock { state in
            state.calls[key, default: 0] += 1
            return try state.submit(request, key, at: time.now())
        }
        try await onPhase(.carriedOut, key)
        return answer
    }

    package func lookUp(_ reference: EffectReference) async throws -> EffectReport? {
        let now = time.now()
        return try state.withLock { state in
            if state.random.happens(state.manners.failsToTell) { throw ConnectionDropped() }
            let found = state.effects.first { effect in
                effect.visibleAt <= now && (effect.key == reference.key || effect.remoteID == reference.remoteID)
            }
            return found?.report(at: now)
        }
    }

    package func list(since: Instant?, after cursor: String?) async throws -> EffectPage {
        let now = time.now()
        return try state.withLock { state in
            if state.random.happens(state.manners.failsToTell) { throw ConnectionDropped() }
            let first = cursor.flatMap { Int($0) } ?? 0
            let listed = state.effects.filter { effect in
                effect.visibleAt <= now && since.map { effect.madeAt >= $0 } ?? true
            }
            let page = listed.dropFirst(first).prefix(Self.pageSize)
            let next = first + page.count < listed.count ? String(first + page.count) : nil
            return EffectPage(reports: page.compactMap { $0.report(at: now) }, next: next)
        }
    }

    private static let pageSize = 25
}

/// The caller sees nothing but this.
package struct ConnectionDropped: Error {
    package init() {}
}

// MARK: What a test asks

extension TestProvider {
    /// Changes how it behaves from now on.
    package func change(_ change: (inout ProviderManners) -> Void) {
        state.withLock { change(&$0.manners) }
    }

    /// Everything it ever did for a business key.
    package func effects(of businessKey: String) -> [ProviderEffect] {
        state.withLock { $0.effects.filter { $0.businessKey == businessKey } }
    }

    /// The same of all business keys.
    package func effects() -> [String: [ProviderEffect]] {
        state.withLock { Dictionary(grouping: $0.effects, by: \.businessKey) }
    }

    /// How often a key was presented.
    package func calls(of key: IdempotencyKey) -> Int {
        state.withLock { $0.calls[key] ?? 0 }
    }

    /// Uses of keys that a caller must never make.
    package var misuses: [String] {
        state.withLock { $0.misuses }
    }
}

// MARK: Carrying out

extension TestProvider.State {
    mutating func submit(
        _ request: EffectRequest, _ key: IdempotencyKey, at now: Instant
    ) throws -> EffectAnswer {
        if random.happens(manners.throttles) { return .throttled(retryAfter: manners.throttledFor) }
        if random.happens(manners.dropsBefore) { throw ConnectionDropped() }
        if random.happens(manners.refusesLoosely) { return .refused(code: "balance_low", message: "not enough money") }
        if let kept = keys[key], now < kept.since + manners.keyLife {
            guard kept.bytes == request.bytes else {
                misuses.append("\(key) with other bytes")
                return .refused(code: "key_reused", message: "the key stands for another request")
            }
            return now < kept.readyAt ? .unknown(why: "the key is in use") : kept.answer
        }
        if random.happens(manners.refuses) {
            let refusal = EffectAnswer.refused(code: "account_closed", message: "no such account")
            keys[key] = TestProvider.Kept(since: now, bytes: request.bytes, answer: refusal, readyAt: now)
            return refusal
        }
        let isLate = random.happens(manners.carriesOutLate)
        let lateness = isLate ? random.duration(below: manners.lateness) : .zero
        let remoteID = carryOut(request, key, at: now + lateness)
        let answer = EffectAnswer.accepted(remoteID: remoteID)
        keys[key] = TestProvider.Kept(since: now, bytes: request.bytes, answer: answer, readyAt: now + lateness)
        if isLate || random.happens(manners.dropsAfter) { throw ConnectionDropped() }
        return answer
    }

    private mutating func carryOut(_ request: EffectRequest, _ key: IdempotencyKey, at made: Instant) -> String {
        lastNumber += 1
        let text = String(decoding: request.bytes, as: UTF8.self)
        let ends = made + random.duration(below: manners.settling)
        let end: EffectReport.Status = random.happens(manners.failsLater) ? .failed : .succeeded
        let isReversed = end == .succeeded && random.happens(manners.reverses)
        let effect = ProviderEffect(
            remoteID: "obj_\(lastNumber)", businessKey: String(text.prefix { $0 != "|" }), key: key, madeAt: made,
            visibleAt: made + random.duration(below: manners.visibilityDelay), endsAt: ends, end: end,
            reversedAt: isReversed ? ends + random.duration(below: manners.settling) : nil)
        effects.append(effect)
        tell(of: effect)
        return effect.remoteID
    }

    /// Webhooks of all that will become of it: some never come, some come again, each at its own time.
    private mutating func tell(of effect: ProviderEffect) {
        for at in [effect.madeAt, effect.endsAt, effect.reversedAt] {
            guard let at, let report = effect.report(at: at) else { continue }
            lastNumber += 1
            let event = "evt_\(lastNumber)"
            if random.happens(manners.losesWebhooks) { continue }
            var deliveries = 1
            while random.happens(manners.repeatsWebhooks), deliveries < 4 { deliveries += 1 }
            for _ in 0..<deliveries {
                webhooks.append(
                    ProviderWebhook(
                        event: event, report: report, deliveredAt: at + random.duration(below: manners.webhookDelay)))
            }
        }
    }
}
