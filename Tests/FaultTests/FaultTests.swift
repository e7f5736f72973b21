// FaultTests: what the database can do to a daemon, done to it: restarts, a failover to a standby, a network that
// swallows, a full disk, a server without free connections, a pooler of the wrong kind, settings that were made for
// people. Each time the daemon must go on by itself, with nothing done twice and nothing lost.
//
//   Machinery/   servers that can be hurt, a network between, a pooler
//   Bank/        a kind of job that moves money, daemons in this process that run it, and the book that must balance
//   the rest     one file a fault
//
// Never here: faults of the daemon's own process (CrashTests), a stand-in for the server or for its faults.
//
// Decided here:
// - How long a recovery takes is printed and recorded, not asserted: a busy machine is no defect. What is asserted is
//   that it comes, within `Patience.recovery`, and what the book says then.
// - Servers are durable ones (fsync on): a crash must lose nothing but what the fault itself loses.
// - With a standby that was behind when the primary was lost, what only the primary knew has not happened: jobs whose
//   end was lost run again, from their last step that the standby knew. Who cannot have that makes the standby
//   synchronous. Nothing is doubled in the database either way: effects are lost with the end they belong to.
