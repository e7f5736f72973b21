package import Primitives

/// What a company says of one of its objects: in a webhook, a look-up or a list.
package struct EffectReport: Sendable, Hashable {
    /// How far the effect is, in the company's words made ours.
    package enum Status: String, Sendable, Hashable, CaseIterable {
        case pending, succeeded
        /// It ended without effect.
        case failed
        /// It took effect, and was undone.
        case reversed
    }

    /// Our reference; nil when the object has none.
    package var reference: IdempotencyKey?
    /// The company's name of the object.
    package var remoteID: String
    package var status: Status
    /// Why it failed or was reversed, else empty.
    package var code: String
    package var message: String
    /// When the object was made, by the company's clock.
    package var madeAt: Instant

    package init(
        reference: IdempotencyKey?, remoteID: String, status: Status, code: String = "", message: String = "",
        madeAt: Instant
    ) {
        self.reference = reference
        self.remoteID = remoteID
        self.status = status
        self.code = code
        self.message = message
        self.madeAt = madeAt
    }
}
