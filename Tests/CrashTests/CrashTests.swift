// CrashTests: the engine is killed, frozen and cut off wherever it talks to its database, and every account must still
// be right.
//
//   Proxy/      stands between a worker and PostgreSQL, tells statements apart, and stops one of them short
//   Scenario/   what the jobs of a run are, and what must have come of them
//   Worker/     the process under test: `CrashWorker`, the real engine with kinds that move money
//
// Never here: a hook in the product. Which boundaries there are is not written down but recorded: a run without a fault
// shows every statement that a scenario sends, and each is then visited with each fault.
//
// Decided here: a boundary is a statement's n-th visit in its scenario, before (the request was seen and not passed on)
// or after (the server's answer was seen and not passed on). The suite visits a share that the seed chooses; the long
// form, `BURSAR_PROOF=1`, visits all.

import Testing

/// One after the other: each uses the whole machine.
@Suite(.serialized) enum Crashes {}
