import Postgres

/// The oldest daemon that lives on a database, as daemons tell it of each other: by its session lock.
struct LivingDaemon: Statement {
    static let sql = """
        select d.host || ', process ' || d.pid from bursar.daemon d
        where d.ended_at is null and exists (
            select from pg_locks l
            where l.locktype = 'advisory' and l.granted and l.objsubid = 1
              and l.database = (select oid from pg_database where datname = current_database())
              and (l.classid::int8 << 32 | l.objid::int8) = d.lock_key)
        order by d.started_at limit 1
        """

    static func output(from row: inout Row) throws(PostgresError) -> String { try row.next() }
}

/// Which daemons ever lived on a database: another text once one has started.
struct KnownDaemons: Statement {
    static let sql = "select coalesce(md5(string_agg(id::text, ',' order by id)), '') from bursar.daemon"

    static func output(from row: inout Row) throws(PostgresError) -> String { try row.next() }
}
