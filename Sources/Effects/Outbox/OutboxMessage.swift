import Postgres
package import Primitives

/// A message to be.
package struct NewMessage: Sendable, Hashable {
    package let kind: String
    /// What is told once, such as `payout:42:processed`.
    package let dedupeKey: String
    /// What its sender makes the message from: the same bytes in each attempt.
    package let content: [UInt8]
    /// Nil: at once.
    package let notBefore: Instant?

    /// Throws for whatever the schema would refuse.
    package init(
        kind: String, dedupeKey: String, content: [UInt8], notBefore: Instant? = nil
    ) throws(EffectError) {
        try EffectName.requireName(kind, of: "a kind of message")
        try EffectName.requireKey(dedupeKey, of: "dedupe key")
        try EffectName.requireContent(content, of: "the message \(dedupeKey)")
        self.kind = kind
        self.dedupeKey = dedupeKey
        self.content = content
        self.notBefore = notBefore
    }
}

/// A message as its sender gets it.
package struct OutboxMessage: Sendable, Hashable {
    package let id: Int64
    package let kind: String
    package let dedupeKey: String
    /// The same in each attempt: what a receiver knows a repetition by.
    package let messageID: IdempotencyKey
    package let content: [UInt8]
    /// Attempts begun, this one included.
    package let attempt: Int
    /// Attempts that failed before.
    package let failures: Int
}

/// What an attempt to send a message came to. What a sender throws counts as unknown.
package enum OutboxAnswer: Sendable, Hashable {
    /// With the receiver's name of it, if it has one.
    case sent(receipt: String?)
    /// It will never be taken as it is.
    case refused(String)
    /// It was definitely not taken this time.
    case failed(String, retryAfter: Duration? = nil)
    /// It may have been taken.
    case unknown(String)
}

/// Sends messages of one kind. Must end soon after its task is cancelled.
package protocol OutboxSender: Sendable {
    /// Sends one message, and never repeats it by itself after anything may have been taken.
    func send(_ message: OutboxMessage) async throws -> OutboxAnswer
}

/// How far a message is.
package enum OutboxState: String, Sendable, Hashable, CaseIterable, PostgresCodable {
    case waiting, sending, sent, refused, parked
}
