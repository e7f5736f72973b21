// Jobs: what a job is, which states it has, and who runs it.
//
//   waiting (run_at may lie ahead) → running → done | failed | cancelled
//                   ↑                  │  └──→ parked (needs a person)
//                   └── retry, snooze, ┘
//                       interrupted
//
// The values here decide (`RetryPolicy`, `DispatchPlan`, `Liveness`); the `Dispatcher` actor performs. Durability is a
// `JobStore`'s business: nothing here knows a database, reads a wall clock or links a C library.
//
// A job kind is an actor, one instance an attempt. Its isolation protects its memory; that no job runs twice at once is
// the lease's work: every transaction of an attempt ends with the store's fence.
//
// Decided where the design is silent: a crash costs no attempt, but `Liveness.interruptionsMax` interruptions without a
// committed step in between park the job, because it is probably the job that kills the daemon.
