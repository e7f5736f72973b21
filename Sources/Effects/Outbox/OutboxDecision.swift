import Jobs
package import Primitives

/// What becomes of a message after an attempt.
package enum OutboxDecision: Sendable, Hashable {
    case sent(receipt: String?)
    case again(at: Instant, because: String)
    case refused(String)
    case parked(String)
}

extension OutboxKind {
    /// - Parameters:
    ///   - failures: attempts that failed before this one.
    ///   - chance: uniform in 0..<1.
    package func decision(
        after answer: OutboxAnswer, failures: Int, at now: Instant, chance: Double
    ) -> OutboxDecision {
        switch answer {
        case .sent(let receipt): return .sent(receipt: receipt.map { EffectName.kept($0, max: EffectName.remoteMax) })
        case .refused(let why): return .refused(EffectName.kept(why))
        case .failed(let why, let retryAfter):
            return again(why, after: retryAfter ?? .zero, failures: failures, at: now, chance: chance)
        case .unknown(let why):
            if doubt == .park { return .parked(EffectName.kept("nobody knows whether it was sent: \(why)")) }
            return again(why, after: .zero, failures: failures, at: now, chance: chance)
        }
    }

    /// Of a message that was taken from a sender that is gone, whose attempt counts as failed by now. Nil: send it.
    package func decision(whenTaken message: OutboxMessage) -> OutboxDecision? {
        let why = "nobody recorded what came of attempt \(message.attempt - 1)"
        if doubt == .park { return .parked("nobody knows whether it was sent: \(why)") }
        guard message.failures >= retry.attempts else { return nil }
        return .parked("\(message.failures) attempts failed, the last one: \(why)")
    }

    private func again(
        _ why: String, after wish: Duration, failures: Int, at now: Instant, chance: Double
    ) -> OutboxDecision {
        let failed = failures + 1
        guard failed < retry.attempts else {
            return .parked(EffectName.kept("\(failed) attempts failed, the last one: \(why)"))
        }
        let pause = max(min(wish, EffectTarget.retryAfterMax), retry.pause(afterFailures: failed, chance: chance))
        return .again(at: now + pause, because: EffectName.kept(why))
    }
}
