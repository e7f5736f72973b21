package import Effects
package import Primitives

/// What a company did: one object, however often it was asked for under its key.
package struct ProviderEffect: Sendable {
    package let remoteID: String
    package let businessKey: String
    package let key: IdempotencyKey
    package let madeAt: Instant
    let visibleAt: Instant
    let endsAt: Instant
    let end: EffectReport.Status
    let reversedAt: Instant?

    /// How it stands at an instant; nil before it was made.
    package func status(at now: Instant) -> EffectReport.Status? {
        if now < madeAt { return nil }
        if now < endsAt { return .pending }
        if let reversedAt, now >= reversedAt { return .reversed }
        return end
    }

    func report(at now: Instant) -> EffectReport? {
        status(at: now).map { status in
            let code = status == .failed ? "account_closed" : status == .reversed ? "returned" : ""
            return EffectReport(
                reference: key, remoteID: remoteID, status: status, code: code, message: code, madeAt: madeAt)
        }
    }
}
