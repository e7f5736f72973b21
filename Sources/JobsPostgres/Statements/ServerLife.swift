import Postgres

/// Writes down that the server lives another life than the one that was known: it was restarted, it crashed, or another
/// one took its place. Costs a look when nothing changed.
///
/// Each daemon does so whenever it connects, and before it looks for dead ones: what looks like a new life, and is only
/// statistics that somebody reset, must not spare the dead for ever. In the first that is ever known nobody can have
/// died before the server was there.
struct NoteServerLife: Statement {
    static let sql = """
        insert into bursar.server_life as l (identity, since)
        select present.identity,
               case when exists (select from bursar.server_life) then clock_timestamp()
                    else pg_postmaster_start_time() end
        from (select \(ServerLife.present) as identity) present
        where not exists (select from bursar.server_life known where known.identity = present.identity)
        on conflict (single) do update set identity = excluded.identity, since = excluded.since
        where l.identity <> excluded.identity
        """
}

/// What tells one life of a server from another.
enum ServerLife {
    /// The timeline, which a promotion and a restore change; the start; and the last crash that the server recovered
    /// from without a new start, which resets its statistics. Any role may read them.
    static let present = """
        (select concat_ws(' ', left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
                          extract(epoch from pg_postmaster_start_time()), extract(epoch from w.stats_reset))
         from pg_stat_bgwriter w)
        """
}
