// TestSupport: what tests need to be in charge of time and of waiting. Pure: no server, no process, no C library.
//
// Never here: a stand-in for a store whose SQL matters; tests of those take a database from DatabaseTestSupport.
// A test that waits, waits for an event: nothing here sleeps, and nothing polls.
