import Postgres
import Primitives

/// Keeps an event; no row when one of its name is there.
struct InsertInboxEvent: Statement {
    let delivery: InboxDelivery
    let headers: String
    let digest: [UInt8]
    let now: Instant?

    static let sql = """
        insert into bursar.inbox_event (source, event_id, headers, body, body_digest, received_at)
        values ($1, $2, $3::text::jsonb, $4, $5, coalesce($6, clock_timestamp()))
        on conflict (source, event_id) do nothing returning id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(delivery.source)
        bindings.append(delivery.event)
        bindings.append(headers)
        bindings.append(delivery.body)
        bindings.append(digest)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// The event of a name, and the digest of its body.
struct KeptInboxEvent: Statement {
    let source: String
    let event: String

    static let sql = "select id, body_digest from bursar.inbox_event where source = $1 and event_id = $2"

    func bind(to bindings: inout Bindings) {
        bindings.append(source)
        bindings.append(event)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (id: Int64, digest: [UInt8]) {
        (id: try row.next(), digest: try row.next())
    }
}

/// An event, held until the transaction ends, and whether it was processed.
struct LockInboxEvent: Statement {
    struct Kept: Sendable {
        let source: String
        let event: String
        let headers: String
        let body: [UInt8]

        func delivery(_ headers: [String: String]) throws(EffectError) -> InboxDelivery {
            try InboxDelivery(source: source, event: event, headers: headers, body: body)
        }
    }

    let id: Int64

    static let sql = """
        select source, event_id, headers::text, body, processed_at is not null from bursar.inbox_event
        where id = $1 for update
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (kept: Kept, isProcessed: Bool) {
        let kept = Kept(source: try row.next(), event: try row.next(), headers: try row.next(), body: try row.next())
        return (kept: kept, isProcessed: try row.next())
    }
}

/// Marks an event as processed.
struct MarkProcessed: Statement {
    let id: Int64
    let who: String
    let now: Instant?

    static let sql = """
        update bursar.inbox_event
        set processed_at = greatest(received_at, coalesce($3, clock_timestamp())), processed_by = $2 where id = $1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(who)
        bindings.append(now)
    }
}

/// Events that wait, the oldest first.
struct UnprocessedEvents: Statement {
    let before: Instant
    let limit: Int

    static let sql = """
        select id from bursar.inbox_event where processed_at is null and received_at < $1
        order by received_at, id limit $2
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(before)
        bindings.append(limit)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// Deletes events that were processed longer ago than that; how many. Those that another daemon deletes are left to it.
struct DropInboxEvents: Statement {
    let age: Duration
    let limit: Int
    let now: Instant?

    static let sql = """
        with gone as (
            delete from bursar.inbox_event where id = any (array(
                select id from bursar.inbox_event
                where processed_at < (select coalesce($3, clock_timestamp()) - $1 * interval '1 microsecond')
                order by processed_at limit $2 for update skip locked))
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
