package import Jobs

/// A kind of message, such as mail. Never one that moves money: that is an intent.
package struct OutboxKind: Sendable, Hashable {
    /// What is done when nobody knows whether a message was sent.
    package enum Doubt: Sendable, Hashable {
        /// Send it again, under the same message id: a rare repetition does less harm than a message that never comes.
        case sendAgain
        /// Leave it to a person.
        case park
    }

    package let name: String
    package let doubt: Doubt
    /// How often a message is tried, and the pauses between.
    package let retry: RetryPolicy
    /// The longest attempt to send one.
    package let sendLimit: Duration

    package init(
        _ name: String, doubt: Doubt, sendLimit: Duration = .seconds(60),
        retry: RetryPolicy = RetryPolicy(attempts: 40, base: .seconds(30), cap: .seconds(4 * 3_600), jitter: 0.2)
    ) throws(EffectError) {
        try EffectName.requireName(name, of: "a kind of message")
        precondition(sendLimit > .zero, "sending takes time")
        self.name = name
        self.doubt = doubt
        self.retry = retry
        self.sendLimit = sendLimit
    }

    /// After this a sender is given up: it has sent and been cut off, or will never begin.
    var senderLimit: Duration { sendLimit * 3 }
}
