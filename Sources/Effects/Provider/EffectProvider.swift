package import Primitives

/// Another company, or one of our accounts there, as its client sees it.
///
/// Every verb must end soon after its task is cancelled. What a verb throws counts as: the outcome is unknown.
package protocol EffectProvider: Sendable {
    /// Asks for an effect, under its key. Never repeats by itself after anything may have been sent.
    func submit(_ request: EffectRequest, key: IdempotencyKey) async throws -> EffectAnswer
    /// Looks for an effect by our reference, or by the company's name of it when that is known; nil: there is none yet.
    func lookUp(_ reference: EffectReference) async throws -> EffectReport?
    /// What was made since an instant, or all that can be told, in pages from the one after `cursor` on.
    func list(since: Instant?, after cursor: String?) async throws -> EffectPage
}

/// What is asked for: the same bytes in each attempt.
package struct EffectRequest: Sendable, Hashable {
    package let operation: String
    package let bytes: [UInt8]

    package init(operation: String, bytes: [UInt8]) {
        self.operation = operation
        self.bytes = bytes
    }
}

/// By what an effect is looked for.
package struct EffectReference: Sendable, Hashable {
    package let key: IdempotencyKey
    package let operation: String
    /// The company's name of it; nil before one was told.
    package let remoteID: String?

    package init(key: IdempotencyKey, operation: String, remoteID: String?) {
        self.key = key
        self.operation = operation
        self.remoteID = remoteID
    }
}

/// A page of what a company did.
package struct EffectPage: Sendable, Hashable {
    package var reports: [EffectReport]
    /// Where the next page begins; nil after the last.
    package var next: String?

    package init(reports: [EffectReport], next: String?) {
        self.reports = reports
        self.next = next
    }
}
