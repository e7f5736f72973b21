// Scheduling: which ticks are due, and what becomes of each.
//
// `Schedule.decide` is the whole law as a pure function: from a schedule's row, what is unfinished and the present
// instant it makes the ticks with their verdicts, the new cursor and the next due instant. The `Scheduler` actor wakes
// at the right time, asks its `TickStore` for what is due, decides, and lets the store commit it all in one statement.
// It never runs a job.
//
// Any number of daemons may do this at once: the store advances a cursor only from the very value that the decision
// was made from, so the loser of a race inserts nothing.
//
// Decided where the design is silent: a tick found within `Schedule.punctuality` of its instant is on time and never
// counts as missed, whatever `catch_up` says. A paused schedule holds its ticks undecided; a disabled one decides them
// as `disabled`. Ticks in a row that start nothing are one entry when there are more than `catch_up_limit` of them. A
// fixed schedule's place is a local time (`TickWalk`), so that zone files may move instants under it. A period of money
// is the longest unit of the calendar that never holds two of the expression's times, named after the tick before.
