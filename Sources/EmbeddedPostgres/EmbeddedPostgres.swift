// EmbeddedPostgres: a private PostgreSQL cluster in a state directory, for a daemon whose operator named no database.
// Never here: a connection to it, the schema, a backup, the choice between embedded and a server elsewhere.
//
//   <directory>/          0700, of the account that the server runs as; the socket lies here; the lock is a flock on it
//     data/               the cluster; bursar.conf, pg_hba.conf and pg_ident.conf in it are rewritten at each start
//     data.new.*/         an initdb under way, or one that was killed: removed before the next
//     log/ start.log      what the server logged, one file a weekday, and what it said before it could
//     local.conf          the operator's own settings, read last, never written
//
// Decided here: peer authentication with a map, not trust: the kernel names the caller, so a directory that was opened
// by mistake still lets nobody in, and a root that became another account and a normal user work alike. Files inside
// are written by children that run as that account: root follows no link in its directory. Children get an environment
// of their own: no PG* variable bends them, and PostgreSQL, which speaks to systemd itself, cannot report the daemon
// ready. A start that took too long leaves the server to its recovery; the next start takes it over.
