import Postgres
import Primitives

/// Writes a decision down; no row when something stands in its way.
struct InsertIntent: Statement {
    let plan: IntentPlan
    let digest: [UInt8]
    let who: String
    let now: Instant?

    static let sql = """
        with made as (
            insert into bursar.intent
                (business_key, revision, target, operation, request, request_digest, key, state, attempt, changes,
                 planned_at, next_at, look_ups)
            select $1, $2, $3, $4, $5, $6, $7, 'planned', 0, 0, clock.now, clock.now, 0
            from (select coalesce($9, clock_timestamp()) as now) clock
            where $2 = 1 or exists (
                select from bursar.intent p
                where p.business_key = $1 and p.revision = $2 - 1 and p.state = 'refused' and p.target = $3
                    and p.operation = $4)
            on conflict do nothing
            returning id, planned_at),
        told as (
            insert into bursar.effect_event (intent_id, at, who, cause, to_state, attempt, detail)
            select id, planned_at, $8, 'plan', 'planned', 0, 'revision ' || $2 from made)
        select id from made
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(plan.businessKey)
        bindings.append(Int32(plan.revision))
        bindings.append(plan.target)
        bindings.append(plan.operation)
        bindings.append(plan.request)
        bindings.append(digest)
        bindings.append(plan.key.uuid)
        bindings.append(who)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// All revisions of an obligation, the newest first.
struct IntentsOfBusinessKey: Statement {
    let businessKey: String

    static let sql = """
        select \(Intent.columns) from bursar.intent i where i.business_key = $1 order by i.revision desc
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(businessKey)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Intent {
        try Intent(from: &row)
    }
}

/// An intent, held until the transaction ends, with all that decides about its next step.
struct LockIntent: Statement {
    struct Locked: Sendable {
        var intent: Intent
        let now: Instant
        /// Why nothing may be submitted to its target now.
        let held: String?
        /// The database's history is another than the one that the target was last compared in.
        let isElsewhere: Bool
        /// The target has objects that no intent here knows.
        let hasStrays: Bool
    }

    let id: Int64
    let now: Instant?

    static let sql = """
        select \(Intent.columns), coalesce($2, clock_timestamp()), t.held_why, t.history <> bursar.history_name(),
            exists (
                select from bursar.effect_finding f
                where f.target = i.target and f.code = 'stray' and f.settled_at is null)
        from bursar.intent i join bursar.effect_target t on t.name = i.target
        where i.id = $1 for update of i
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Locked {
        Locked(
            intent: try Intent(from: &row), now: try row.next(), held: try row.next(), isElsewhere: try row.next(),
            hasStrays: try row.next())
    }
}

/// What is to be sent.
struct RequestOfIntent: Statement {
    let id: Int64

    static let sql = "select request from bursar.intent where id = $1"

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
    }

    static func output(from row: inout Row) throws(PostgresError) -> [UInt8] {
        try row.next()
    }
}

/// Writes an intent's new standing, if the row is still the one that it was made from, and the history's row.
struct MoveIntent: Statement {
    let intent: Intent
    let from: IntentStanding
    /// Nil: nothing that the history should tell.
    let event: EffectEvent?

    static let sql = """
        with moved as (
            update bursar.intent set
                state = $5, attempt = $6, changes = changes + 1, sent_at = $7, ended_at = $8, doubtful_since = $9,
                next_at = $10, look_ups = $11, absent_at = $12, accepted_at = $13, settled_at = $14, remote_id = $15,
                refusal_code = $16, refusal_message = $17, park_reason = $18
            where id = $1 and state = $2 and attempt = $3 and changes = $4
            returning id),
        told as (
            insert into bursar.effect_event (intent_id, at, who, cause, from_state, to_state, attempt, detail)
            select id, $19, $20, $21, $2, $5, $6, $22 from moved where $19 is not null)
        select id from moved
        """

    func bind(to bindings: inout Bindings) {
        let to = intent.standing
        bindings.append(intent.id)
        bindings.append(from.state)
        bindings.append(Int32(from.attempt))
        bindings.append(Int32(from.changes))
        bindings.append(to.state)
        bindings.append(Int32(to.attempt))
        bindings.append(to.sentAt)
        bindings.append(to.endedAt)
        bindings.append(to.doubtfulSince)
        bindings.append(to.nextAt)
        bindings.append(Int32(to.lookUps))
        bindings.append(to.absentAt)
        bindings.append(to.acceptedAt)
        bindings.append(to.settledAt)
        bindings.append(to.remoteID)
        bindings.append(to.refusal?.code)
        bindings.append(to.refusal?.message)
        bindings.append(to.parkReason)
        bindings.append(event?.at)
        bindings.append(event?.who)
        bindings.append(event?.cause)
        bindings.append(event?.detail)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// Adds to an intent's history what did not move it.
struct TellOfIntent: Statement {
    let intent: Intent
    let event: EffectEvent

    static let sql = """
        insert into bursar.effect_event (intent_id, at, who, cause, from_state, to_state, attempt, detail)
        values ($1, $2, $3, $4, $5, $5, $6, $7)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(intent.id)
        bindings.append(event.at)
        bindings.append(event.who)
        bindings.append(event.cause)
        bindings.append(intent.state)
        bindings.append(Int32(intent.standing.attempt))
        bindings.append(event.detail)
    }
}

/// The intents that a report may be of: by our reference, else by the company's name.
struct IntentsOfReport: Statement {
    let target: String
    let reference: IdempotencyKey?
    let remoteID: String

    static let sql = """
        select id from bursar.intent where target = $1 and key = $2
        union all
        select id from bursar.intent where target = $1 and remote_id = $3 and $2 is null
        limit 2
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(target)
        bindings.append(reference?.uuid)
        bindings.append(remoteID)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// Those about which something is to be done, the longest due first. Of a held target none that may be submitted.
struct DueIntents: Statement {
    let target: String
    var except: [Int64] = []
    let now: Instant?
    let limit: Int

    static let sql = """
        select i.id from bursar.intent i join bursar.effect_target t on t.name = i.target
        where i.target = $1 and i.next_at <= (select coalesce($2, clock_timestamp())) and i.id <> all($4)
            and (t.held_since is null or i.state in ('submitting', 'accepted'))
        order by i.next_at, i.id limit $3
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(target)
        bindings.append(now)
        bindings.append(limit)
        bindings.append(except)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}
