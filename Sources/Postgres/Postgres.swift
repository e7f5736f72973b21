// Postgres: the client of the database over libpq: connections, statements, transactions, pipelines, COPY,
// notifications, a pool, the migrator, and errors that say what may be done again.
//
// Never here: the SQL of a system (it stands beside its rule), logging (errors are returned or thrown), a second
// dialect. One connection is one serial queue, one actor whose executor is that queue, and one libpq handle that only
// the queue touches; libpq is used without blocking, so a slow server never holds a thread of the cooperative pool.
//
// Decided here:
// - Values travel in binary, both ways. A value's Swift type names its SQL type: Int is int8, String is text.
// - A body given to `transaction` runs on the connection's queue: no thread change between its statements.
// - A reply is awaited for a moment on the queue's thread before the wait is handed to a dispatch source: short
//   statements never pay for a wake-up of another thread.
// - A session lost under a writing statement outside a transaction counts as lost at COMMIT: the outcome is unknown.
// - Server messages of the data exception class are shown without their quoted parts, details not at all: both can
//   carry bound values.
