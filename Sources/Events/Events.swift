// Events: everything that an operator may have to know of, each with a code for ever and its runbook.
//
// A warning or worse goes through `logger.event(.jobParked, "…", metadata: …)`, never through `logger.warning`: so each
// such line carries a stable code, the journal shows the runbook beside it (`journalctl -x`), and
// `bursarctl explain BRS-3205` prints the same text. Catalog/ holds one file an area.
//
// Never does: decide anything, know a value, or write anywhere; texts and a level are all it has.
//
// Decided where the pages are silent: codes are BRS-1xxx the daemon and its service manager, 2xxx schedules, 3xxx jobs,
// 4xxx the database, 5xxx the systems, 6xxx security and audit, 7xxx the configuration, 8xxx effects outside. A code, a
// name and a message id are never given to another event and never change; an event that is gone leaves its code
// unused.
