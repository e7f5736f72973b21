// EmbeddedPostgres: a private PostgreSQL cluster in a state directory, for a daemon whose operator named no database.
//
// Never here: a connection to it, the schema, a backup, the choice between embedded and a server elsewhere.
//
//   <directory>/            0700, owned by the account that the server runs as; the socket .s.PGSQL.5432 while it runs
//     data/                 the cluster; bursar.conf, pg_hba.conf and pg_ident.conf in it are rewritten at each start
//     data.new.*/           an initdb under way, or one that was killed: removed before the next
//     log/ start.log        what the server logged, one file a weekday, and what it said before it could
//     local.conf            the operator's own settings, read last, never written
//
// Decided here:
// - Whoever holds a flock on the directory is its starter; the kernel lets go of it when that process ends, however it ends.
// - Peer authentication with a map, not trust: the kernel names the caller, so a directory whose mode was loosened by
//   mistake still lets nobody in, and root needs no password. It works alike for a dropped root and for a normal user.
// - Every file inside is written by a child that runs as the server's account: root follows no link in its directory.
// - Children get an environment of their own: no PG* variable of the starter bends them, and PostgreSQL, which speaks
//   to systemd itself, cannot report the daemon ready through an inherited NOTIFY_SOCKET.
// - A start that timed out leaves the server to its recovery; the next start adopts it.
