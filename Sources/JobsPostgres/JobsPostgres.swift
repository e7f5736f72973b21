// JobsPostgres: the durable store of jobs, ticks, schedules and runs.
//
// Each statement is a struct that stands beside the rule it serves. The database's clock decides what is due; a store
// made with a `TimeSource` uses that instead, so a test can live through a year in seconds.
//
// The fence is the last statement of every transaction of an attempt: it writes the checkpoint, or ends the job, only
// while `(id, lease, running)` still holds, and locks the row until COMMIT. No row: the whole transaction is undone.
// A COMMIT whose answer was lost is looked up by its own marker (the job's count of steps, or the lease that ended it).
//
// Two witnesses of death: a daemon holds a session lock on its direct connection, and beats. A daemon whose beat is
// stale and whose lock is free is dead, and its jobs are retaken; after PostgreSQL itself restarted nobody is dead until
// a full lease has passed.
//
// Decided where the design is silent: jobs of one `order_key` are claimed head first by a look at the key's older rows,
// which is exact because unfinished jobs never leave the hot table. Runs of one schedule share the key
// `schedule/<id>` unless the schedule says `overlap: allow`; a run started by hand queues there too.
