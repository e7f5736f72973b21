package import Primitives

/// Everything about an intent that changes.
package struct IntentStanding: Sendable, Hashable {
    package var state: IntentState
    /// Submissions begun.
    package var attempt: Int
    /// How often it changed.
    package var changes: Int
    package let plannedAt: Instant
    /// When the last submission was begun, and when its outcome was recorded.
    package var sentAt: Instant?
    package var endedAt: Instant?
    /// When the first submission was begun that may have been carried out without our knowing.
    package var doubtfulSince: Instant?
    /// Nothing is to be done before; nil when settled.
    package var nextAt: Instant?
    /// Look-ups since the last step forward.
    package var lookUps: Int
    /// The last look-up that found nothing.
    package var absentAt: Instant?
    package var acceptedAt: Instant?
    package var settledAt: Instant?
    package var remoteID: String?
    package var refusal: Refusal?
    package var parkReason: String?

    /// Why the company did not do it, or undid it.
    package struct Refusal: Sendable, Hashable {
        package let code: String
        package let message: String

        package init(code: String, message: String) {
            self.code = EffectName.kept(code, max: EffectName.codeMax)
            self.message = EffectName.kept(message)
        }
    }

    /// Of an intent that was just decided.
    package init(plannedAt: Instant) {
        self.init(state: .planned, attempt: 0, changes: 0, plannedAt: plannedAt, lookUps: 0)
        nextAt = plannedAt
    }

    init(state: IntentState, attempt: Int, changes: Int, plannedAt: Instant, lookUps: Int) {
        self.state = state
        self.attempt = attempt
        self.changes = changes
        self.plannedAt = plannedAt
        self.lookUps = lookUps
    }
}
