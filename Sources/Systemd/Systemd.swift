// Systemd: what the daemon and its service manager say to each other: readiness, reloads, the watchdog, handed-over
// sockets and secrets, and the log.
//
// Pure of the daemon: it knows no job, no configuration and no event but by the texts it is given. The environment is
// a value that the caller hands in. It never starts a service, never reads the journal, and takes no secret from the
// environment.
//
// Decided here: libsystemd writes the journal, but notifications go out by a socket of our own. `sd_notify` takes its
// address from the process and, in systemd 252, waits without end when the manager's queue is full; the protocol is
// one datagram. No log call ever waits: one plain thread writes, so that lines come out while every pool is exhausted.
// Lines below warning are dropped when that thread cannot keep up, and counted; warnings and worse never are.
