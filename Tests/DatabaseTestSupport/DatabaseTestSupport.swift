// DatabaseTestSupport: a real PostgreSQL for tests: one private cluster a test process, a database of its own a test.
//
//   withDatabase       a clone of a template that every migration was applied to
//   withEmptyDatabase  nothing in it: for the migrator's own tests
//   Scratch.path       a directory for a test that runs clusters or processes itself
//
// Never here: data of a system (its tests make their own), a stand-in for the database, a way to use another server.
// Without PostgreSQL's programs the tests that need them fail and name the package to install: none is skipped.
//
// Decided here:
// - The cluster may be lost at any moment, so nothing is flushed to the disk; and it analyzes nothing by itself, so
//   that plans do not depend on when a test ran. A test that looks at plans says ANALYZE.
// - A watchdog that the test process cannot take along ends every server below its scratch directory and removes it,
//   however the test process ends: it waits on a pipe that the kernel closes.
