// BursarDaemon: assembles everything, once, in one place, in order.
//
//   Daemon        configuration → database → schema → services, and back down in reverse
//   JobCatalog    one line a job
//   Wiring        what the configuration's values mean to each part
//   Services/     each long-running part as a service of the group
//   Demo/         the school that `--demo` loads once
//
// Teardown is the array of services reversed: no more requests, no more ticks, the jobs drain, this daemon's life ends
// in the database, the connections close; an embedded PostgreSQL is stopped last.
//
// Decided where the design is silent: with an embedded database the daemon migrates it itself, since nobody else can
// reach it before; with any other the schema must be current, and the exit code 76 names the command that makes it so.
