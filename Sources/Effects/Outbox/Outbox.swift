import Events
package import Logging
package import Postgres
package import Primitives

/// What a pass over the outbox did.
package struct OutboxPass: Sendable, Hashable {
    package var sent = 0
    package var postponed = 0
    package var refused = 0
    package var parked = 0
    /// Somebody else had the message by the time this sender had its answer.
    package var overtaken = 0

    package init() {}
}

/// Messages to send: queued in the transaction of what they tell, sent after, outside any transaction.
package struct Outbox: Sendable {
    private let pool: PostgresPool
    private let kinds: [String: OutboxKind]
    /// Nil: the database's own clock.
    private let time: (any TimeSource)?
    private let logger: Logger?
    private let uptime: @Sendable () -> ContinuousClock.Instant
    private let chance: @Sendable () -> Double

    package init(
        pool: PostgresPool, kinds: [OutboxKind], time: (any TimeSource)? = nil, logger: Logger? = nil,
        uptime: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        chance: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.pool = pool
        self.kinds = Dictionary(kinds.map { ($0.name, $0) }) { _, last in last }
        self.time = time
        self.logger = logger
        self.uptime = uptime
        self.chance = chance
    }

    /// Queues a message in the caller's transaction. The same dedupe key again returns the message that is there; when
    /// its content was another, that is kept as a finding, and the first one is what is told.
    @discardableResult
    package func queue(_ message: NewMessage, in transaction: Transaction) async throws -> Int64 {
        _ = try kind(message.kind)
        let digest = ContentDigest.bytes(of: message.content)
        if let id = try await transaction.first(InsertMessage(message: message, digest: digest, now: time?.now())) {
            return id
        }
        let kept = KeptMessage(kind: message.kind, dedupeKey: message.dedupeKey)
        guard let (id, known) = try await transaction.first(kept) else {
            throw PostgresError(
                .serializationFailure, "a message went while it was queued again", hint: "queue it again")
        }
        if known != digest {
            let finding = InsertFinding(
                target: message.kind, code: .otherContent, reference: message.dedupeKey,
                remoteID: Hexadecimal.text(digest), status: nil,
                detail: "\(message.content.count) bytes that are not those of message \(id)", now: time?.now())
            try await transaction.run(finding)
        }
        return id
    }

    /// Sends up to `limit` due messages of a kind, one after the other.
    package func send(_ kind: String, via sender: some OutboxSender, limit: Int) async throws -> OutboxPass {
        let kind = try self.kind(kind)
        var pass = OutboxPass()
        for _ in 0..<limit {
            try Task.checkCancellation()
            let opened = uptime()
            guard let claimed = try await claim(kind) else { break }
            let message = claimed.message
            if claimed.wasSending, let decision = kind.decision(whenTaken: message) {
                try await record(of: message, &pass) { _ in decision }
                continue
            }
            let answer = await answer(to: message, of: kind, openedAt: opened, via: sender)
            let chance = chance()
            try await record(of: message, &pass) { now in
                kind.decision(after: answer, failures: message.failures, at: now, chance: chance)
            }
        }
        return pass
    }

    private func kind(_ name: String) throws(EffectError) -> OutboxKind {
        guard let kind = kinds[name] else {
            throw EffectError(
                .unknownTarget, "no kind of message is called \(name)",
                hint: "known are: \(kinds.keys.sorted().joined(separator: ", "))")
        }
        return kind
    }
}

// MARK: One message

extension Outbox {
    private func claim(_ kind: OutboxKind) async throws(PostgresError) -> ClaimMessage.Claimed? {
        try await pool.first(ClaimMessage(kind: kind, now: time?.now()))
    }

    /// A sender that was frozen before it began must not wake up and send.
    private func answer(
        to message: OutboxMessage, of kind: OutboxKind, openedAt opened: ContinuousClock.Instant,
        via sender: some OutboxSender
    ) async -> OutboxAnswer {
        guard uptime() - opened < kind.sendLimit else { return .failed("its sender was held up before it began") }
        do {
            return try await within(kind.sendLimit) { try await sender.send(message) }
                ?? .unknown("no answer within \(kind.sendLimit)")
        } catch {
            return .unknown("\(error)")
        }
    }

    private func record(
        of message: OutboxMessage, _ pass: inout OutboxPass, _ decide: @Sendable (Instant) -> OutboxDecision
    ) async throws {
        let decision = try await pool.transaction { transaction -> OutboxDecision? in
            guard let now = try await transaction.first(LockMessage(message: message, now: time?.now())) else {
                return nil
            }
            let decision = decide(now)
            try await transaction.run(MoveMessage(message: message, decision: decision, now: now))
            return decision
        }
        switch decision {
        case nil: pass.overtaken += 1
        case .sent: pass.sent += 1
        case .again: pass.postponed += 1
        case .refused(let why):
            pass.refused += 1
            tell(.messageRefused, of: message, "was refused: \(why)")
        case .parked(let why):
            pass.parked += 1
            tell(.messageParked, of: message, "waits for a person: \(why)")
        }
    }

    private func tell(_ event: Event, of message: OutboxMessage, _ what: String) {
        logger?.event(
            event, "message \(message.id) (\(message.kind) \(message.dedupeKey)) \(what)",
            metadata: ["message": "\(message.id)", "message_kind": "\(message.kind)"])
    }
}
