// Primitives: the words that every other target speaks: instants, civil dates, ids of runs, where time comes from.
//
// Pure: links no C library, does no I/O. Only `SystemTime` reads a clock, and only the mains and the wiring make one.
// Money joins when the first ledger does: the coins of a school are plain Int64 counts without a currency.
