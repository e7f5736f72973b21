import Postgres
import Primitives

/// Keeps what does not fit. A stray that is found again further on is kept as it is now. No row when it is nothing new.
struct InsertFinding: Statement {
    let target: String
    let code: EffectFinding.Code
    let reference: String
    let remoteID: String
    let status: EffectReport.Status?
    let detail: String
    let now: Instant?

    static let sql = """
        insert into bursar.effect_finding as f (target, code, reference, remote_id, status, detail, found_at)
        values ($1, $2, $3, $4, $5, $6, coalesce($7, clock_timestamp()))
        on conflict (target, code, reference, remote_id) do update set status = excluded.status
        where f.code in ('stray', 'unreferenced') and f.settled_at is null
            and array_position(array['pending', 'succeeded', 'failed', 'reversed'], excluded.status)
                > array_position(array['pending', 'succeeded', 'failed', 'reversed'], f.status)
        returning f.id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(target)
        bindings.append(code)
        bindings.append(reference)
        bindings.append(EffectName.kept(remoteID, max: EffectName.remoteMax))
        bindings.append(status?.rawValue)
        bindings.append(EffectName.kept(detail))
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

/// Open strays under any of these references.
struct StraysOfKeys: Statement {
    struct Stray: Sendable {
        let id: Int64
        let reference: String
        let remoteID: String
        let status: EffectReport.Status
        let detail: String
        let foundAt: Instant

        func report(_ key: IdempotencyKey) -> EffectReport {
            EffectReport(reference: key, remoteID: remoteID, status: status, message: detail, madeAt: foundAt)
        }
    }

    let target: String
    let references: [String]

    static let sql = """
        select f.id, f.reference, f.remote_id, f.status, f.detail, f.found_at from bursar.effect_finding f
        where f.target = $1 and f.reference = any($2) and f.code = 'stray' and f.settled_at is null
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(target)
        bindings.append(references)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Stray {
        Stray(
            id: try row.next(), reference: try row.next(), remoteID: try row.next(), status: try row.next(),
            detail: try row.next(), foundAt: try row.next())
    }
}

/// Marks a finding as dealt with.
struct SettleFinding: Statement {
    let id: Int64
    let by: String
    let now: Instant?

    static let sql = """
        update bursar.effect_finding set settled_at = coalesce($3, clock_timestamp()), settled_by = $2
        where id = $1 and settled_at is null
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(by)
        bindings.append(now)
    }
}
