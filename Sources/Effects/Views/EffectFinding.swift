import Postgres
package import Primitives

/// What does not fit what is known here: of a company, a webhook or a message.
package struct EffectFinding: Sendable, Hashable {
    /// What kind it is.
    package enum Code: String, Sendable, Hashable, CaseIterable, PostgresCodable {
        /// The company has an effect under a reference of ours that no intent here has.
        case stray
        /// The company has an effect without a reference of ours.
        case unreferenced
        /// What the company says cannot be, after what it said before.
        case contradiction
        /// A webhook's event came again with another body.
        case otherBody = "other_body"
        /// A message was queued again with another content.
        case otherContent = "other_content"
    }

    package let id: Int64
    /// A target, the source of a webhook, or the kind of a message.
    package let target: String
    package let code: Code
    package let reference: String
    package let remoteID: String
    package let detail: String
    package let foundAt: Instant
    package let settledAt: Instant?

    static let columns = "f.id, f.target, f.code, f.reference, f.remote_id, f.detail, f.found_at, f.settled_at"

    init(from row: inout Row) throws(PostgresError) {
        id = try row.next()
        target = try row.next()
        code = try row.next()
        reference = try row.next()
        remoteID = try row.next()
        detail = try row.next()
        foundAt = try row.next()
        settledAt = try row.next()
    }
}

extension EffectReport.Status: PostgresCodable {}
