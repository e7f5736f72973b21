package import Postgres

extension Intents {
    /// A person's verdict on a parked intent that the company never did: it is refused, and another revision may come.
    ///
    /// Whoever says so has looked at the company. What it tells of the intent later is kept as a contradiction. Throws
    /// when the intent is not parked, or the company had it: then only what the company says ends it.
    @discardableResult
    package func refuse(
        _ id: Int64, by who: String, because reason: String, in transaction: Transaction
    ) async throws -> IntentChange {
        guard !reason.allSatisfy(\.isWhitespace) else {
            throw EffectError(.invalid, "a verdict on intent \(id) has no reason", hint: "say how it was made sure of")
        }
        var held = try await hold(id, in: transaction)
        guard let detail = held.machine.refuseByHand(because: reason, at: held.now) else {
            let remote = held.intent.standing.remoteID.map { ", and the company has it as \($0)" } ?? ""
            throw EffectError(
                .verdictNotAllowed, "intent \(id) is \(held.intent.state.rawValue)\(remote)",
                hint: "only a parked intent that the company never had is refused by hand; look it up instead")
        }
        return try await write(&held, .verdict, detail, by: who, in: transaction)
    }
}
