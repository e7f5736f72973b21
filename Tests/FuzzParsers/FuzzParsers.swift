// FuzzParsers: everything that reads what somebody else wrote, each reader with what must hold of it whatever comes.
//
// A `FuzzParser` is a reader, a few honest inputs to begin with, and the pieces that mean something to it. `FuzzRun`
// damages the inputs from a seed and watches: the suite runs a bounded number of them, `scripts/fuzz` hands the same
// readers to a fuzzer that is guided by coverage. It tests nothing itself and asserts nothing: it says what broke.
//
// An input ends where its memory ends: the page behind it cannot be read, so a reader that goes on is killed.
