// OperatorCommands: what an operator types. A folder a noun, a file a verb: parse, one call, show.
//
//   Session/   what a command is given: terminal, environment, clock; how it fails and with which exit status
//   Client/    the daemon's admin API over its Unix socket
//   Output/    tables, JSON, progress: the only place that writes to a terminal
//
// Commands decide nothing about jobs or money: the daemon does, and they show its answer. Those that must work while it
// is down (`cron`, `config`, `migrate`, `db`, `doctor`) read the configuration and the database themselves; `logs` is a
// journalctl command.
//
// Decided where the pages are silent: results go to standard output, progress and complaints to standard error. A table
// is cut to the width of a terminal and never in a pipe. Exit 1 means that the command worked and its answer is bad: a
// run that failed, a thing that does not exist, files that differ from what runs (as diff(1) does), a finding of the
// doctor that is worse than a warning. Control characters that the database holds are shown as escapes.
