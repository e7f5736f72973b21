// DaemonTestSupport: the built programs as processes of a test: the daemon with what it tells its service manager, and
// the operator's tool.
//
//   DaemonProcess   a daemon that runs beside a test's body
//   WatchedDaemon   the same with a configuration and a directory of its own, and somebody who hears it
//   Tool            one call of bursarctl
//
// Never here: what a daemon is expected to do; a database (DatabaseTestSupport has them).
// Decided here: what goes wrong is thrown as `TestFailure`, so that tests and helpers of tests read alike.
