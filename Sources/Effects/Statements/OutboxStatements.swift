import Postgres
import Primitives

/// Queues a message; no row when its key is taken.
struct InsertMessage: Statement {
    let message: NewMessage
    let digest: [UInt8]
    let now: Instant?

    static let sql = """
        insert into bursar.outbox_message
            (kind, dedupe_key, message_id, content, content_digest, state, attempt, failures, next_at, created_at)
        select $1, $2, $3, $4, $5, 'waiting', 0, 0, coalesce($6, clock.now), clock.now
        from (select coalesce($7, clock_timestamp()) as now) clock
        on conflict (kind, dedupe_key) do nothing returning id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(message.kind)
        bindings.append(message.dedupeKey)
        bindings.append(IdempotencyKey.ofMessage(kind: message.kind, dedupeKey: message.dedupeKey).uuid)
        bindings.append(message.content)
        bindings.append(digest)
        bindings.append(message.notBefore)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// The message of a key, and the digest of its content.
struct KeptMessage: Statement {
    let kind: String
    let dedupeKey: String

    static let sql = "select id, content_digest from bursar.outbox_message where kind = $1 and dedupe_key = $2"

    func bind(to bindings: inout Bindings) {
        bindings.append(kind)
        bindings.append(dedupeKey)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (id: Int64, digest: [UInt8]) {
        (id: try row.next(), digest: try row.next())
    }
}

/// Takes the message that is due longest, also from a sender that is gone: that attempt counts as failed.
struct ClaimMessage: Statement {
    struct Claimed: Sendable {
        let message: OutboxMessage
        /// It was taken from a sender that is gone.
        let wasSending: Bool
    }

    let kind: OutboxKind
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($2, clock_timestamp()) as now),
        due as materialized (
            select m.id, m.state = 'sending' as was_sending from bursar.outbox_message m
            where m.kind = $1 and m.next_at <= (select now from clock)
            order by m.next_at, m.id limit 1 for update of m skip locked)
        update bursar.outbox_message m set
            state = 'sending', attempt = m.attempt + 1, failures = m.failures + due.was_sending::integer,
            next_at = clock.now + $3 * interval '1 microsecond'
        from due, clock where m.id = due.id
        returning m.id, m.kind, m.dedupe_key, m.message_id, m.content, m.attempt, m.failures, due.was_sending
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(kind.name)
        bindings.append(now)
        bindings.append(kind.senderLimit.wholeMicroseconds)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Claimed {
        let message = OutboxMessage(
            id: try row.next(), kind: try row.next(), dedupeKey: try row.next(),
            messageID: IdempotencyKey(try row.next()), content: try row.next(), attempt: try row.next(),
            failures: try row.next())
        return Claimed(message: message, wasSending: try row.next())
    }
}

/// Holds a message that this very attempt still sends; the present instant.
struct LockMessage: Statement {
    let message: OutboxMessage
    let now: Instant?

    static let sql = """
        select coalesce($3, clock_timestamp()) from bursar.outbox_message
        where id = $1 and state = 'sending' and attempt = $2 for update
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(message.id)
        bindings.append(Int32(message.attempt))
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Instant {
        try row.next()
    }
}

/// Writes down what came of the attempt that sends the message.
struct MoveMessage: Statement {
    let message: OutboxMessage
    let decision: OutboxDecision
    let now: Instant

    static let sql = """
        update bursar.outbox_message set
            state = $3, failures = failures + $4, next_at = $5, settled_at = $6, receipt = $7, error = $8
        where id = $1 and state = 'sending' and attempt = $2
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(message.id)
        bindings.append(Int32(message.attempt))
        switch decision {
        case .sent(let receipt): append(.sent, failures: 0, next: nil, receipt, nil, to: &bindings)
        case .again(let at, let why): append(.waiting, failures: 1, next: at, nil, why, to: &bindings)
        case .refused(let why): append(.refused, failures: 0, next: nil, nil, why, to: &bindings)
        case .parked(let why): append(.parked, failures: 1, next: nil, nil, why, to: &bindings)
        }
    }

    private func append(
        _ state: OutboxState, failures: Int32, next: Instant?, _ receipt: String?, _ error: String?,
        to bindings: inout Bindings
    ) {
        bindings.append(state)
        bindings.append(failures)
        bindings.append(next)
        bindings.append(next == nil ? now : nil)
        bindings.append(receipt)
        bindings.append(error)
    }
}

/// Deletes messages that were sent or refused longer ago than that; how many. Those that another daemon deletes are
/// left to it.
struct DropMessages: Statement {
    let age: Duration
    let limit: Int
    let now: Instant?

    static let sql = """
        with gone as (
            delete from bursar.outbox_message where id = any (array(
                select id from bursar.outbox_message
                where state in ('sent', 'refused')
                    and settled_at < (select coalesce($3, clock_timestamp()) - $1 * interval '1 microsecond')
                order by settled_at limit $2 for update skip locked))
            returning id)
        select count(*) from gone
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(age.wholeMicroseconds)
        bindings.append(limit)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int {
        try row.next()
    }
}
