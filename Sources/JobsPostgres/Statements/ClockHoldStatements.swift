import Postgres
import Primitives
import Scheduling

/// What the statements of the clock's hold share.
enum ClockHoldStatements {
    /// Whether the clock lets schedule `s` be decided. Asked inside each statement, so that a daemon need not have
    /// heard of a hold yet.
    static let mayMove = "(not s.money or not exists (select from bursar.clock_hold where ended_at is null))"
}

/// Holds what moves money, unless a hold newer than the one that the daemon knew of does or did so already.
struct InsertClockHold: Statement {
    let jump: Duration
    let known: Int64
    let seenBy: String
    let now: Instant?

    static let sql = """
        insert into bursar.clock_hold (began_at, jump_us, seen_by)
        select coalesce($4, clock_timestamp()), $1, $3
        where not exists (select from bursar.clock_hold where id > $2)
        on conflict ((ended_at is null)) where ended_at is null do nothing
        returning id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(jump.wholeMicroseconds)
        bindings.append(known)
        bindings.append(seenBy)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// Ends a hold, that one or whichever is open, and tells every daemon.
struct EndClockHold: Statement {
    /// Nil: the open one.
    let id: Int64?
    let by: String
    let reason: String
    let now: Instant?

    static let sql = """
        with ended as (
            update bursar.clock_hold
            set ended_at = coalesce($4, clock_timestamp()), ended_by = $2, end_reason = $3
            where ended_at is null and ($1::bigint is null or id = $1)
            returning id),
        told as (select pg_notify('bursar_schedule', '') from ended)
        select ended.id, (select count(*) from told) from ended
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(by)
        bindings.append(reason)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}
