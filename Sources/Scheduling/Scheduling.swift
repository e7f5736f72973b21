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
// as `disabled`. Under `catch_up: latest` and more missed ticks than one pass may take, a whole pass is recorded as
// missed before the last of all is found.
