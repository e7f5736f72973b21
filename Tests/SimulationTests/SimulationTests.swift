// SimulationTests: the queue as a pure state machine, and the store on PostgreSQL, driven by the same random histories.
//
// `QueueModel` says what the rules of the queue make of each verb; it knows no SQL. A `History` draws verbs from a
// seed, performs each on several daemons' stores under one clock that stands still until it is moved, and compares
// every row after every verb. What the rules leave open (which free slot, how far ahead a look goes) is checked by
// what must hold of any answer: nothing before its time, nobody before the head of his line, no limit passed, no number
// used twice.
//
// At the end of a history everything that can end must: what is left is lost. A seed in BURSAR_SIMULATION_SEED repeats
// one history. What a process or a connection does when it is killed is the crash tests' business, but for the n-th
// statement of a history, which fails here.
