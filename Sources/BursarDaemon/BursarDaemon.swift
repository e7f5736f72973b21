// BursarDaemon: assembles everything, once, in one place, in order.
//
//   Daemon        configuration → database → schema → services, and back down in reverse
//   JobCatalog    one line a job; Wiring: what the configuration's values mean to each part
//   Supervision/  what watches the loops and speaks to the service manager: readiness, status, watchdog, drills
//   Reload/       a new configuration while the daemon runs
//   Services/     each long-running part as a service of the group; Demo/: the school that `--demo` loads once
//
// Teardown is the array of services reversed; an embedded PostgreSQL is stopped last.
//
// Decided where the design is silent: an embedded database is migrated by the daemon itself; any other must be current,
// else the exit code 76 names the command. A daemon alone on its database applies its file by itself; beside another
// that lives and stands by another file it fires none of its own. A process that was frozen as a whole gets a moment
// before its loops are judged. With another key than the audit's it runs its jobs, and changes nothing else.
