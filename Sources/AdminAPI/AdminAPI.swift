// AdminAPI: what the daemon and its operators' tools say to each other: requests, answers, problems, paths.
//
// Plain values with their JSON spelling, shared by the server and the client, so that the two cannot drift apart. No
// request is sent here, nothing is decided, no database is known.
//
// The rules of the wire: keys in snake_case; ids and whole amounts of 64 bits as strings, since many readers of JSON
// keep numbers as doubles; instants in RFC 3339, in UTC unless a field is called `local`; elapsed time in seconds; a
// key whose value is not there is written as null, never left out.
//
// Decided where the pages are silent: an answer may grow new keys, so a client passes over keys that it does not know;
// a request may not, so the server refuses them.
