// Config: what an operator may set, where each value came from, and every mistake in it at once, with line and column.
//
// A `ConfigurationLoader` reads the file, its drop-ins (`<file>.d/*.yaml` by name) and the variables it is given. A
// later source overrides an earlier one key by key, schedules too. Nothing here reads the process's environment, opens
// a database, or keeps anything: the result is a value.
//
// Yams reads YAML; its tree does not leave `Source/`. `Settings/` names each key once: its type, limits, variable and
// how it is shown. What no key here names is refused.
//
// Decided where the pages are silent: anchors, aliases, tags and merge keys are refused, because a value must stand
// where it is read. An empty variable counts as not set. `STATE_DIRECTORY`, which systemd sets, replaces the default
// only; `BURSAR_STATE_DIRECTORY` overrides the file as well. `days: either` is the only word `days` knows. A schedule
// that ships with Bursar is switched off by `enabled: false`, not by leaving it out. Where one mistake makes another
// look wrong, only the first is told. A limit of a kind that the build lacks is refused, a schedule of one warned of:
// its jobs wait, a limit would do nothing. `engine.history: none` is for ever; 0 is refused: it may mean the opposite.
