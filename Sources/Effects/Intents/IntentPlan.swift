/// A decision to have something done by another company once.
package struct IntentPlan: Sendable, Hashable {
    package let target: String
    package let operation: String
    /// What must happen once, such as `payout:42`.
    package let businessKey: String
    /// 1, and one more after each definite refusal.
    package let revision: Int
    /// What is sent, in each attempt.
    package let request: [UInt8]

    package static let revisionMax = 16

    /// Throws for whatever the schema would refuse.
    package init(
        target: String, operation: String, businessKey: String, revision: Int = 1, request: [UInt8]
    ) throws(EffectError) {
        try EffectName.requireName(target, of: "a target")
        try EffectName.requireName(operation, of: "an operation")
        try EffectName.requireKey(businessKey, of: "business key")
        try EffectName.requireContent(request, of: "the request of \(businessKey)")
        guard (1...Self.revisionMax).contains(revision) else {
            throw EffectError(
                .invalid, "\(revision) is no revision of \(businessKey)", hint: "revisions are 1 to \(Self.revisionMax)"
            )
        }
        self.target = target
        self.operation = operation
        self.businessKey = businessKey
        self.revision = revision
        self.request = request
    }

    package var key: IdempotencyKey {
        .ofIntent(target: target, operation: operation, businessKey: businessKey, revision: revision)
    }
}
