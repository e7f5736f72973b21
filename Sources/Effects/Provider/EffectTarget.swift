package import Jobs
import Primitives

/// A company and account to which intents go, with what is known of its manners.
package struct EffectTarget: Sendable, Hashable {
    package let name: String
    /// How long a key may be presented again after it was first sent: less than the company keeps it. Zero for a
    /// company that knows no keys: nothing is ever sent twice then, only looked up.
    package var keyLife: Duration
    /// How long an effect may stay unseen by look-ups and lists after its call ended.
    package var visibilityDelay: Duration
    /// The longest call. A submission's call is begun and cut off within twice this, or not at all.
    package var callLimit: Duration
    /// The pauses between submissions of one intent.
    package var retry: RetryPolicy
    /// The pauses between look-ups of one intent.
    package var polling: RetryPolicy
    /// The company has nothing more to say after it accepted.
    package var acceptanceIsFinal: Bool
    /// Accepted for longer than this without an end: a person must look.
    package var settlementLimit: Duration
    /// Submissions of one intent, throttled ones included.
    package var attemptsMax: Int
    /// Look-ups in a row that failed.
    package var lookUpsMax: Int

    package init(
        _ name: String, keyLife: Duration = .seconds(23 * 3_600), visibilityDelay: Duration = .seconds(900),
        callLimit: Duration = .seconds(30),
        retry: RetryPolicy = RetryPolicy(base: .seconds(2), cap: .seconds(3_600), jitter: 0.2),
        polling: RetryPolicy = RetryPolicy(base: .seconds(60), cap: .seconds(6 * 3_600), jitter: 0.2),
        acceptanceIsFinal: Bool = false, settlementLimit: Duration = .seconds(100 * 86_400),
        attemptsMax: Int = 1_000, lookUpsMax: Int = 50
    ) throws(EffectError) {
        try EffectName.requireName(name, of: "a target")
        precondition(callLimit > .zero && visibilityDelay >= .zero && keyLife >= .zero, "times that do not run back")
        precondition(attemptsMax > 0 && lookUpsMax > 0, "limits that allow one")
        self.name = name
        self.keyLife = keyLife
        self.visibilityDelay = visibilityDelay
        self.callLimit = callLimit
        self.retry = retry
        self.polling = polling
        self.acceptanceIsFinal = acceptanceIsFinal
        self.settlementLimit = settlementLimit
        self.attemptsMax = attemptsMax
        self.lookUpsMax = lookUpsMax
    }

    /// A company's wish for a pause is followed up to here; then it is asked again.
    static let retryAfterMax = Duration.seconds(6 * 3_600)

    /// From the beginning of a submission to the end of its call, at most.
    var callDuration: Duration { callLimit * 2 }

    /// After this a submission's performer is given up: it has begun and cut off its call, or will never begin it.
    var performerLimit: Duration { callLimit * 3 }
}
