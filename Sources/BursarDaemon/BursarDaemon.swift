// BursarDaemon: assembles everything, once, in one place, in order.
//
//   Daemon        configuration → database → schema → services, and back down in reverse
//   JobCatalog    one line a job
//   Wiring        what the configuration's values mean to each part
//   Services/     each long-running part as a service of the group
//   Supervision/  what watches the loops and speaks to the service manager: readiness, status line, watchdog, drills
//   Reload/       a new configuration while the daemon runs: what it changes at once, what waits for a restart
//   Demo/         the school that `--demo` loads once
//
// Teardown is the array of services reversed: no more requests, no more ticks, the jobs drain, this daemon's life ends
// in the database, the connections close; an embedded PostgreSQL is stopped last.
//
// Decided where the design is silent: a daemon that is alone on its database applies its file by itself; beside another
// that lives and stands by another file it fires none of its file's schedules. A process that was frozen as a whole is
// given a moment before its loops are judged. With another key than the audit's it runs its jobs, and changes nothing
// that would have to be written down.
//
// Also: with an embedded database the daemon migrates it itself, since nobody else can
// reach it before; with any other the schema must be current, and the exit code 76 names the command that makes it so.
