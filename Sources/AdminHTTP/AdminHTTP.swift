// AdminHTTP: the daemon's face to its operators, over a Unix socket.
//
//   Server/    the socket's file, the service, the route table
//   Requests/  who asks, what they ask: query and body read strictly, refusals as problem+json
//   Routes/    one noun a file
//   Answers/   what the database holds, as the wire says it
//
// It reads what committed and enqueues what is asked for; it never runs a job and decides nothing about one. Statements
// for lists are beside the engine (JobsPostgres/Views); a page never scans history.
//
// Decided where the pages are silent: a parameter or body field that no route knows is refused (422), since a misspelt
// one would be passed over in silence. Who may open the socket may do everything that is here: its mode and its group
// are the permission, and the peer's user is written into what it starts. The results of a run are read in pages, so a
// slow reader holds no connection to the database; they are given only of a run that ended well.
