// CrashWorker: the daemon's engine as a process of its own, for tests that kill, freeze and cut it off.
//
//   CrashWorker database=URI [slots=4] [pool=4] [lease=400] [beat=100] [deadline=30000] [log=info]
//              [kinds=crash.transfer,crash.steps] [company=PATH]
//
// It wires the real pool, session, store, dispatcher and scheduler as the daemon does, with kinds of jobs that move
// money between the accounts of the schema `crash`. SIGTERM drains it.
//
// Never here: a hook, a fault, or anything else that the product does not have. Faults come from outside, by signals
// and by the wire. Nothing in the schema `crash` keeps a second transfer out either: the tests want to see it.
//
// Times are in milliseconds.

import Glibc

/// What the system starts.
@main
struct CrashWorker {
    static func main() async throws {
        try await Worker(WorkerOptions(CommandLine.arguments.dropFirst())).run()
    }
}
