// Investments: values every enabled student of every enabled class, so that dashboards read a stored number.
//
//   Valuation/   what a student's investments are worth: pure, exact, rounded once
//   School/      what a run reads: classes with their rates, the roll of students with their sums
//   Jobs/        the run: opens, reads in one pass, writes results in batches, makes them visible a class at once
//   Statements/  the SQL of all that
//
// One `as_of` a run, never in the future: the tick's, an operator's wish, or the moment of the claim. A run is
// idempotent: (run, student) is the key of its rows, batches commit with checkpoints, pointers never go back in time.
// Incremental runs multiply a stored discounted sum by one factor; a class is read anew when the app changed it, or
// when an investment that lay in the future has begun to count. Full runs read everything and compare.
//
// Decided where the page is silent: a class in error keeps its last good results and says `error`; its students get no
// rows. A student in error gets a row without an amount. `fecha` is an instant. Marks of a class are deleted only when
// its pointer moved. A run that goes on after a crash under other terms than it began with starts over.
