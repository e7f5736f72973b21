import Postgres
import Primitives

/// A kind that an operator is about to hold or let go, locked: meanwhile no daemon starts a gated job of it.
struct EditedKind: Sendable {
    let name: String
    let isPaused: Bool
    /// JSON of all that operators see of it.
    let snapshot: String
}

struct KindForEdit: Statement {
    let name: String

    static let sql = """
        select name, paused_at is not null,
               jsonb_build_object(
                   'kind', name, 'concurrency', concurrency, 'per_key', per_key, 'bucket', bucket, 'breaker', breaker,
                   'paused', case when paused_at is not null then jsonb_build_object(
                       'since', paused_at, 'by', paused_by, 'reason', paused_reason) end)::text
        from bursar.kind where name = $1
        for update
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(name)
    }

    static func output(from row: inout Row) throws(PostgresError) -> EditedKind {
        EditedKind(name: try row.next(), isPaused: try row.next(), snapshot: try row.next())
    }
}

/// Makes the row of a kind that has jobs, or had some, and that no daemon ever declared.
struct AdoptKind: Statement {
    let name: String

    static let sql = """
        insert into bursar.kind (name)
        select $1::text
        where exists (select from bursar.tally where kind = $1)
           or exists (select from bursar.tally_change where kind = $1)
        on conflict (name) do nothing
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(name)
    }
}

/// Whether money is behind a kind, as far as a look at its schedules, its running jobs and the heads of its lines can
/// tell.
struct IsKindMoney: Statement {
    let name: String

    static let sql = """
        select exists (select from bursar.schedule where kind = $1 and money and removed_at is null)
            or exists (select from bursar.job where state = 'running' and kind = $1 and money)
            or exists (
                select from unnest(array[-1, 0, 1]::smallint[]) as level (priority), lateral (
                    select j.money from bursar.job j
                    where j.kind = $1 and j.priority = level.priority and j.state = 'waiting' and not j.held
                    order by j.run_at, j.id limit 1) f
                where f.money)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(name)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Bool {
        try row.next()
    }
}

struct PauseKind: Statement {
    let name: String
    let by: String
    let reason: String
    let now: Instant?

    static let sql = """
        update bursar.kind set paused_at = coalesce($4, clock_timestamp()), paused_by = $2, paused_reason = $3
        where name = $1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(name)
        bindings.append(by)
        bindings.append(reason)
        bindings.append(now)
    }
}

/// Lets a kind go, and has every daemon look for its jobs.
struct ResumeKind: Statement {
    let name: String

    static let sql = """
        with resumed as (
            update bursar.kind set paused_at = null, paused_by = null, paused_reason = null where name = $1
            returning name)
        select pg_notify('bursar_job', '')::text from resumed
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(name)
    }

    static func output(from row: inout Row) throws(PostgresError) {}
}
