import Postgres
import Primitives

/// What the server says of itself.
struct ServerFacts: Sendable, Hashable {
    /// Such as 150018 for 15.18.
    var version: Int
    var isStandby: Bool
    /// Those of fsync, full_page_writes and synchronous_commit that are off.
    var unsafe: [String]
    var isVacuuming: Bool
    var connectionsMax: Int
    var connections: Int
    /// Transactions since the oldest one that is not frozen yet.
    var transactionAge: Int
    var oldestTransaction: Duration
}

struct ServerState: Statement {
    static let sql = """
        select current_setting('server_version_num')::bigint, pg_is_in_recovery(),
               array_remove(array[
                   case current_setting('fsync') when 'off' then 'fsync' end,
                   case current_setting('full_page_writes') when 'off' then 'full_page_writes' end,
                   case current_setting('synchronous_commit') when 'off' then 'synchronous_commit' end], null),
               current_setting('autovacuum')::boolean, current_setting('max_connections')::bigint,
               (select count(*) from pg_stat_activity where backend_type = 'client backend'),
               (select max(age(datfrozenxid))::bigint from pg_database),
               coalesce((select extract(epoch from max(clock_timestamp() - xact_start)) from pg_stat_activity
                         where backend_type = 'client backend'), 0)::float8
        """

    static func output(from row: inout Row) throws(PostgresError) -> ServerFacts {
        ServerFacts(
            version: try row.next(), isStandby: try row.next(), unsafe: try row.next([String].self),
            isVacuuming: try row.next(), connectionsMax: try row.next(), connections: try row.next(),
            transactionAge: try row.next(), oldestTransaction: .seconds(try row.next(Double.self)))
    }
}

/// What the engine's tables say of the work.
struct WorkFacts: Sendable, Hashable {
    /// Schedules with a tick that is due and not decided.
    var late: [LateSchedules.Late]
    /// Jobs that run on daemons that have ended or fallen silent.
    var lost: [Int64]
    /// Kinds with jobs that are due, which no daemon runs.
    var unserved: [String]
    /// Daemons whose file says something else of the schedules than the one that holds.
    var disputing: [String]
}

struct LateSchedules: Statement {
    struct Late: Sendable, Hashable {
        var name: String
        var due: Instant
    }

    static let sql = """
        select name, next_due from bursar.schedule
        where paused_at is null and removed_at is null and next_due < clock_timestamp() - interval '60 seconds'
        order by next_due limit 20
        """

    static func output(from row: inout Row) throws(PostgresError) -> Late {
        Late(name: try row.next(), due: try row.next())
    }
}

struct LostJobs: Statement {
    static let sql = """
        select job.id from bursar.job left join bursar.daemon on daemon.id = job.daemon_id
        where job.state = 'running'
          and (daemon.id is null or daemon.ended_at is not null
               or daemon.beat_at < clock_timestamp() - interval '5 minutes')
        order by job.id limit 20
        """

    static func output(from row: inout Row) throws(PostgresError) -> Int64 {
        try row.next()
    }
}

struct UnservedKinds: Statement {
    static let sql = """
        with unserved as materialized (
            select kind from (select kind from bursar.tally where state = 'waiting' and jobs > 0
                              union select kind from bursar.tally_change where waiting > 0) known
            where not exists (select from bursar.daemon where ended_at is null and known.kind = any (kinds)))
        select kind from unserved u
        where exists (
            select from unnest(array[-1, 0, 1]::smallint[]) as level (priority), lateral (
                select from bursar.job j
                where j.kind = u.kind and j.priority = level.priority and j.run_at < clock_timestamp()
                  and j.state = 'waiting' and not j.held
                order by j.run_at, j.id limit 1) f)
        order by kind limit 20
        """

    static func output(from row: inout Row) throws(PostgresError) -> String {
        try row.next()
    }
}

struct DisputingDaemons: Statement {
    static let sql = """
        select host || ' pid ' || pid from bursar.daemon, bursar.schedule_file
        where ended_at is null and file_digest is distinct from digest
        order by 1 limit 20
        """

    static func output(from row: inout Row) throws(PostgresError) -> String {
        try row.next()
    }
}
