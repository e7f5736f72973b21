import Postgres

/// An intent as its row has it, without the bytes of the request.
package struct Intent: Sendable, Hashable {
    package let id: Int64
    package let businessKey: String
    package let revision: Int
    package let target: String
    package let operation: String
    package let key: IdempotencyKey
    /// SHA-256 of the request.
    package let digest: [UInt8]
    package var standing: IntentStanding

    package var state: IntentState { standing.state }

    var reference: EffectReference {
        EffectReference(key: key, operation: operation, remoteID: standing.remoteID)
    }

    static let columns = """
        i.id, i.business_key, i.revision, i.target, i.operation, i.key, i.request_digest, i.state, i.attempt, i.changes,
        i.planned_at, i.sent_at, i.ended_at, i.doubtful_since, i.next_at, i.look_ups, i.absent_at, i.accepted_at,
        i.settled_at, i.remote_id, i.refusal_code, i.refusal_message, i.park_reason
        """

    init(from row: inout Row) throws(PostgresError) {
        id = try row.next()
        businessKey = try row.next()
        revision = try row.next()
        target = try row.next()
        operation = try row.next()
        key = IdempotencyKey(try row.next())
        digest = try row.next()
        standing = IntentStanding(
            state: try row.next(), attempt: try row.next(), changes: try row.next(), plannedAt: try row.next(),
            lookUps: 0)
        standing.sentAt = try row.next()
        standing.endedAt = try row.next()
        standing.doubtfulSince = try row.next()
        standing.nextAt = try row.next()
        standing.lookUps = try row.next()
        standing.absentAt = try row.next()
        standing.acceptedAt = try row.next()
        standing.settledAt = try row.next()
        standing.remoteID = try row.next()
        let code = try row.next(String?.self)
        let message = try row.next(String?.self)
        standing.refusal = code.map { IntentStanding.Refusal(code: $0, message: message ?? "") }
        standing.parkReason = try row.next()
    }
}

/// A step that an intent took.
package struct IntentChange: Sendable, Hashable {
    /// After the step.
    package let intent: Intent
    package let from: IntentState
}
