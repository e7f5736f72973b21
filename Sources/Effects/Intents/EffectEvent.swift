import Postgres
package import Primitives

/// A row of an intent's history.
package struct EffectEvent: Sendable, Hashable {
    /// What made it.
    package enum Cause: String, Sendable, Hashable, PostgresCodable {
        case plan, begin, lost, answer
        case lateAnswer = "late answer"
        case lookUp = "look-up"
        case report, reconcile, park
        /// A person's.
        case verdict
    }

    package let at: Instant
    /// A job and its lease, a webhook's event, a sweep.
    package let who: String
    package let cause: Cause
    package let detail: String

    static func name(of who: String) -> String {
        EffectName.kept(who, max: whoMax)
    }

    private static let whoMax = 200

    init(at: Instant, who: String, cause: Cause, detail: String) {
        self.at = at
        self.who = Self.name(of: who)
        self.cause = cause
        self.detail = EffectName.kept(detail)
    }
}
