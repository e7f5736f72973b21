// Cron: expressions, zones, and the instants at which the two meet. Pure: reads zone files and nothing else, no clock.
//
// An expression in a zone is one set of instants; `next` gives the least member after an instant and never looks at
// anything but that set. The law for local times that do not exist or happen twice is in `CronExpression+Next.swift`.
// It never defaults a zone from the host, never adds 24 hours to find a day, and never calls Foundation's calendar.
//
// Decided here: a fixed local time runs at the first instant at which the wall shows it or, when it is jumped over, the
// first instant at which the wall has passed it. Should a later shift set the clock back over a gap already jumped, the
// times inside have had their run. `*/n` is taken for any n of 1 or more. An expression whose two day fields are joined
// by AND and never meet (`*/31` and `5#3`) is refused like a date no month has. Letters are read in any case.
// Past a file's last transition its footer rule holds, computed for 450 years and folded over the calendar's own cycle
// of 400 years beyond that, so the far future costs no more than tomorrow.
