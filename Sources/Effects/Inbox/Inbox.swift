import Events
import FoundationEssentials
package import Logging
package import Postgres
package import Primitives

/// Webhooks: each kept as it came before it is answered, and processed once.
package struct Inbox: Sendable {
    private let pool: PostgresPool
    /// Nil: the database's own clock.
    private let time: (any TimeSource)?
    private let logger: Logger?

    package init(pool: PostgresPool, time: (any TimeSource)? = nil, logger: Logger? = nil) {
        self.pool = pool
        self.time = time
        self.logger = logger
    }

    /// Keeps a delivery. When this returns it is kept, and may be answered; when it throws, the sender must try again.
    ///
    /// - Parameter then: for a new event, in the same transaction: enqueues the job that will process it.
    package func receive(
        _ delivery: InboxDelivery, then: @Sendable (InboxEvent, Transaction) async throws -> Void = { _, _ in }
    ) async throws -> InboxReceipt {
        let (receipt, isNewFinding) = try await pool.transaction { transaction in
            try await receive(delivery, then: then, in: transaction)
        }
        if isNewFinding {
            logger?.event(
                .inboxEventAltered, "event \(delivery.event) of \(delivery.source) came again with another body",
                metadata: ["inbox_event": "\(receipt.event)", "source": "\(delivery.source)"])
        }
        return receipt
    }

    private func receive(
        _ delivery: InboxDelivery, then: @Sendable (InboxEvent, Transaction) async throws -> Void,
        in transaction: Transaction
    ) async throws -> (InboxReceipt, isNewFinding: Bool) {
        let digest = ContentDigest.bytes(of: delivery.body)
        let statement = InsertInboxEvent(
            delivery: delivery, headers: try Self.json(delivery.headers), digest: digest, now: time?.now())
        if let id = try await transaction.first(statement) {
            try await then(InboxEvent(id: id, delivery: delivery), transaction)
            return (.new(id), false)
        }
        let kept = KeptInboxEvent(source: delivery.source, event: delivery.event)
        guard let (id, known) = try await transaction.first(kept) else {
            throw PostgresError(
                .serializationFailure, "an event of the inbox went while it was received again",
                hint: "receive it again")
        }
        if known == digest { return (.repeated(id), false) }
        let finding = InsertFinding(
            target: delivery.source, code: .otherBody, reference: delivery.event,
            remoteID: Hexadecimal.text(digest), status: nil,
            detail: "\(delivery.body.count) bytes that are not those of event \(id)", now: time?.now())
        return (.altered(id), try await transaction.first(finding) != nil)
    }

    /// Processes an event in a transaction that also marks it as processed: a step or the end of a job.
    ///
    /// False when it was processed before; `body` was not called then. What `body` throws must undo the transaction.
    @discardableResult
    package func process(
        _ id: Int64, by who: String, in transaction: Transaction,
        _ body: (InboxEvent, Transaction) async throws -> Void
    ) async throws -> Bool {
        guard let (row, isProcessed) = try await transaction.first(LockInboxEvent(id: id)) else {
            throw EffectError(.notFound, "the inbox has no event \(id)", hint: "look for it by its source and name")
        }
        if isProcessed { return false }
        try await body(InboxEvent(id: id, delivery: try row.delivery(Self.headers(row.headers))), transaction)
        try await transaction.run(MarkProcessed(id: id, who: EffectEvent.name(of: who), now: time?.now()))
        return true
    }

    /// Events that nobody has processed, received before an instant: their jobs are parked, or were never enqueued.
    package func unprocessed(receivedBefore: Instant, limit: Int) async throws(PostgresError) -> [Int64] {
        try await pool.run(UnprocessedEvents(before: receivedBefore, limit: limit))
    }

    private static func json(_ headers: [String: String]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(headers), as: UTF8.self)
    }

    private static func headers(_ json: String) throws -> [String: String] {
        try JSONDecoder().decode([String: String].self, from: Data(json.utf8))
    }
}
