extension BrokenInput {
    /// Keys that are not there, and values that do not fit.
    static let values: [BrokenInput] = [
        // Unknown keys.
        .init(
            "▸engin:\n  workers: 4\n", #"unknown key "engin" (expected one of admin, database, engine,"#,
            "did you mean \"engine\"?"),
        .init("▸databse: {}\n", "did you mean \"database\"?"),
        .init("▸Engine: {}\n", "did you mean \"engine\"?"),
        .init("▸colour: red\n", "unknown key \"colour\""),
        .init(
            "engine:\n  ▸wrokers: 4\n",
            "unknown key \"wrokers\" in engine (expected one of beat, clock_jump_limit, drain, history, lease, limits, "
                + "poll, workers)"),
        .init("database:\n  ▸poolSize: 4\n", "did you mean \"pool_size\"?"),
        .init("database:\n  ▸pool-size: 4\n", "did you mean \"pool_size\"?"),
        .init("▸engine.workers: 4\n", "write \"workers\" below \"engine:\""),
        .init("▸workers: 4\n", "did you mean engine.workers?"),
        .init("▸nightly: {kind: k, cron: 0 2 * * *, zone: UTC}\n", "schedules stand below \"schedules:\""),
        .init("engine:\n  ▸work\u{200B}ers: 4\n", #"unknown key "work\u{200B}ers""#),
        .init("investments:\n  ▸first-rates: hold\n", "did you mean \"first_rate\"?"),
        .init("▸a: 1\n▸b: 2\n▸c: 3\n", "\"a\"", "\"b\"", "\"c\""),
        // Sections.
        .init("engine: ▸4\n", "engine is not a mapping (expected key: value lines, got text)"),
        .init("engine: ▸[]\n", "engine is not a mapping (expected key: value lines, got a list)"),
        .init("database: ▸postgresql://bursar:canary@db/bursar\n", "database is not a mapping"),
        // Whole numbers.
        .init(
            "engine:\n  workers: ▸many\n",
            "engine.workers is not a whole number (expected a whole number from 1 to 1024, got \"many\")"),
        .init(
            "engine:\n  workers: ▸0\n",
            "engine.workers is out of range (expected a whole number from 1 to 1024, got \"0\")"),
        .init("engine:\n  workers: ▸1025\n", "out of range"),
        .init("engine:\n  workers: ▸-1\n", "out of range"),
        .init("engine:\n  workers: ▸4.0\n", "is not a whole number"),
        .init("engine:\n  workers: ▸04\n", "write 4, without leading zeros"),
        .init("engine:\n  workers: ▸0x10\n", "write digits alone"),
        .init("engine:\n  workers: ▸1e2\n", "write digits alone"),
        .init("engine:\n  workers: ▸+4\n", "write digits alone"),
        .init("engine:\n  workers: ▸\"4\"\n", "is text, not a number", "remove the quotes"),
        .init("engine:\n  workers: ▸٤\n", "is not a whole number"),
        .init("investments:\n  batch_size: ▸10_000\n", "write 10000"),
        .init("investments:\n  batch_size: ▸10,000\n", "write 10000"),
        .init("investments:\n  batch_size: ▸10k\n", "write digits alone"),
        .init("investments:\n  batch_size: ▸99999999999999999999\n", "is not a whole number"),
        .init("investments:\n  max_retries: ▸0\n", "from 1 to 100"),
        .init("database:\n  pool_size: ▸1\n", "from 2 to 200"),
        .init("engine:\n  workers:▸\n", "engine.workers has no value", "leave the line out to keep the default"),
        .init("engine:\n  workers: ▸~\n", "has no value"),
        .init("engine:\n  workers: ▸null\n", "has no value"),
        .init("engine:\n  workers: ▸[4]\n", "takes one value (expected a whole number from 1 to 1024, got a list)"),
        .init("engine:\n  workers:\n    ▸a: 4\n", "takes one value"),
        .init("engine:\n  workers: ▸true\n", "is not a whole number"),
        // Flags.
        .init("investments:\n  webhook_enabled: ▸yes\n", "write true, without quotes"),
        .init("investments:\n  webhook_enabled: ▸off\n", "write false, without quotes"),
        .init("investments:\n  webhook_enabled: ▸True\n", "write true, without quotes"),
        .init("investments:\n  webhook_enabled: ▸\"true\"\n", "write true, without quotes"),
        .init("investments:\n  webhook_enabled: ▸1\n", "write true, without quotes"),
        .init("investments:\n  rate_limit_enabled: ▸maybe\n", "(expected true or false, got \"maybe\")"),
        .init("investments:\n  scheduler_enabled: ▸[true]\n", "takes one value"),
        // Durations.
        .init(
            "engine:\n  drain: ▸30\n",
            "is not a duration (expected a duration from 0s to 1h, got \"30\"); add a unit, such as 30s"),
        .init("engine:\n  drain: ▸30 s\n", "write it without a space"),
        .init("engine:\n  drain: ▸1.5h\n", "such as 90m or 1500ms"),
        .init("engine:\n  drain: ▸-5s\n", "never negative"),
        .init("engine:\n  drain: ▸5min\n", "did you mean \"5m\"?"),
        .init("engine:\n  drain: ▸10M\n", "did you mean \"10m\"?"),
        .init("engine:\n  drain: ▸1w\n", "write weeks in days"),
        .init("engine:\n  drain: ▸30s1h\n", "from long to short"),
        .init("engine:\n  drain: ▸5s5s\n", "from long to short"),
        .init("engine:\n  drain: ▸s\n", "the units are"),
        .init("engine:\n  drain: ▸\"\"\n", "write a number and its unit"),
        .init("engine:\n  drain: ▸99999999999s\n", "write it in a larger unit"),
        .init("engine:\n  drain: ▸2h\n", "out of range (expected a duration from 0s to 1h, got \"2h\")"),
        .init("engine:\n  lease: ▸500ms\n", "out of range"),
        .init("database:\n  connect_timeout: ▸0s\n", "from 1s to 5m"),
        .init("investments:\n  retention: ▸10m\n", "from 1h to 3660d"),
        .init(
            "engine:\n  beat: ▸10s\n",
            "engine.beat is more than a quarter of engine.lease (expected at most 7500ms, got 10s)"),
        .init("engine:\n  lease: ▸8s\n", "engine.beat is more than a quarter of engine.lease"),
        // Words.
        .init(
            "logging:\n  level: ▸warn\n", "is not a known word (expected one of trace, debug, info,",
            "did you mean \"warning\"?"),
        .init("logging:\n  level: ▸INFO\n", "did you mean \"info\"?"),
        .init("investments:\n  first_rate: ▸holds\n", "did you mean \"hold\"?"),
        .init("investments:\n  security_level: ▸5\n", "(expected one of low, medium, high, got \"5\")"),
        // Paths and addresses.
        .init("state_directory: ▸bursar\n", "is not an absolute path", "begin it with /"),
        .init("state_directory: ▸~/bursar\n", "~ is not expanded"),
        .init("state_directory: ▸\"\"\n", "is not an absolute path"),
        .init("state_directory: ▸\"/a\\u0000b\"\n", "holds a control character"),
        .init(
            "admin:\n  socket: ▸/run/\(String(repeating: "x", count: 120))\n",
            "is too long (expected an absolute path of at most 107 bytes"),
        .init("database:\n  url: ▸mysql://root:canary@db/bursar\n", "only PostgreSQL is supported"),
        .init("database:\n  url: ▸jdbc:postgresql://db/bursar\n", "leave out jdbc:"),
        .init("database:\n  url: ▸postgres:canary@db\n", "begin it with postgresql://"),
        .init("database:\n  url: ▸postgresql://db/a b\n", "a space in an address is written %20"),
        .init("database:\n  url: ▸\"postgresql://db/a\\nb\"\n", "holds a control character"),
        .init("database:\n  url: ▸{host: db}\n", "takes one value"),
        .init("database:\n  url: ▸\(String(repeating: "x", count: 5_000))\n", "is too long"),
    ]
}
