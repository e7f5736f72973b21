// JobsPostgres: the durable store of jobs, ticks, schedules and runs.
//
// The database's clock decides what is due; a store made with a `TimeSource` uses that, so a test can live a year in
// seconds. The fence is the last statement of every transaction of an attempt: it writes the checkpoint, or ends the
// job, only while `(id, lease, running)` still holds, and locks the row until COMMIT. No row: the whole transaction is
// undone. A COMMIT whose answer was lost is looked up by its own marker (the job's count of steps, or the lease that
// ended it).
//
// Two witnesses of death: a daemon holds a session lock on its direct connection, and beats. Stale beat and free lock
// together mean dead, and its jobs are retaken; after PostgreSQL restarted nobody is dead until a full lease has
// passed.
//
// Decided where the design is silent: jobs of one `order_key` are claimed head first by a look at the key's older rows,
// which is exact because unfinished jobs never leave the hot table. Runs of one schedule share the key
// `schedule/<id>` unless the schedule says `overlap: allow`; a run started by hand queues there too.
