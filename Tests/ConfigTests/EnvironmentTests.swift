import Config
import Testing

struct EnvironmentTests {
    private func load(_ environment: [String: String], _ text: String = "") throws(ConfigurationErrors)
        -> LoadedConfiguration
    {
        try ConfigurationLoader(environment: environment).load(text: text, file: "bursar.yaml")
    }

    @Test func `the variables override the file`() throws {
        let text = """
            investments: {scheduler_enabled: true, webhook_enabled: true, batch_size: 70, max_retries: 7,
              rate_limit_enabled: true, security_level: high}
            database: {url: "postgresql://file/bursar"}
            state_directory: /file
            """
        let loaded = try load(
            [
                "CALCULATION_SCHEDULER_ENABLED": "false", "CALCULATION_WEBHOOK_ENABLED": "FALSE",
                "CALCULATION_BATCH_SIZE": "50", "CALCULATION_MAX_RETRIES": "5", "CALCULATION_RATE_LIMIT_ENABLED": "0",
                "CALCULATION_SECURITY_LEVEL": "low", "BURSAR_DATABASE_URL": "postgresql://variable/bursar",
                "BURSAR_STATE_DIRECTORY": "/variable", "STATE_DIRECTORY": "/systemd", "PATH": "/bin",
            ], text)
        let investments = loaded.configuration.investments
        #expect(!investments.schedulerEnabled && !investments.webhookEnabled && !investments.rateLimitEnabled)
        #expect(investments.batchSize == 50 && investments.maxRetries == 5 && investments.securityLevel == .low)
        #expect(loaded.configuration.database.url == "postgresql://variable/bursar")
        #expect(loaded.configuration.stateDirectory == "/variable")
        #expect(loaded.warnings == [])
        let origins = Dictionary(uniqueKeysWithValues: loaded.rows.map { ($0.path, $0.origin.description) })
        #expect(origins["investments.batch_size"] == "environment CALCULATION_BATCH_SIZE")
        #expect(origins["state_directory"] == "environment BURSAR_STATE_DIRECTORY")
    }

    @Test(arguments: [
        ("true", true), ("1", true), ("yes", true), ("On", true), ("false", false), ("no", false), ("off", false),
    ])
    func `a flag in a variable is read as shells write it`(text: String, flag: Bool) throws {
        #expect(try load(["CALCULATION_WEBHOOK_ENABLED": text]).configuration.investments.webhookEnabled == flag)
    }

    @Test func `a bad value names its variable`() {
        let error = #expect(throws: ConfigurationErrors.self) {
            try load([
                "CALCULATION_SCHEDULER_ENABLED": "perhaps", "CALCULATION_BATCH_SIZE": "0",
                "CALCULATION_SECURITY_LEVEL": "hihg", "BURSAR_DATABASE_URL": "mysql://root:canary@db",
                "BURSAR_STATE_DIRECTORY": "here",
            ])
        }
        let lines = Set(error?.errors.map(\.description) ?? [])
        #expect(
            lines == [
                "environment variable CALCULATION_SCHEDULER_ENABLED: investments.scheduler_enabled is not true or "
                    + "false (expected true or false, got \"perhaps\")",
                "environment variable CALCULATION_BATCH_SIZE: investments.batch_size is out of range "
                    + "(expected a whole number from 1 to 1000000, got \"0\")",
                "environment variable CALCULATION_SECURITY_LEVEL: investments.security_level is not a known word "
                    + "(expected one of low, medium, high, got \"hihg\"); did you mean \"high\"?",
                "environment variable BURSAR_DATABASE_URL: database.url is not a PostgreSQL address (expected a "
                    + "postgresql:// address, key=value text, or nothing for the embedded database, "
                    + "got text that is not shown); only PostgreSQL is supported",
                "environment variable BURSAR_STATE_DIRECTORY: state_directory is not an absolute path "
                    + "(expected an absolute path of at most 1024 bytes, got \"here\"); begin it with /",
            ])
    }

    @Test func `an empty variable counts as not set`() throws {
        let loaded = try load(["CALCULATION_BATCH_SIZE": "", "BURSAR_DATABASE_URL": ""], "database: {url: host=db}\n")
        #expect(loaded.configuration.investments.batchSize == 10_000)
        #expect(loaded.configuration.database.url == "host=db")
    }

    @Test func `the directory that systemd names replaces the default alone`() throws {
        let ambient = try load(["STATE_DIRECTORY": "/var/lib/bursar-blue:/var/lib/other"])
        #expect(ambient.configuration.stateDirectory == "/var/lib/bursar-blue")
        #expect(ambient.rows.first { $0.path == "state_directory" }?.origin == .environment("STATE_DIRECTORY"))
        let written = try load(["STATE_DIRECTORY": "/systemd"], "state_directory: /file\n")
        #expect(written.configuration.stateDirectory == "/file")
    }

    @Test func `a misspelt variable is warned of`() throws {
        let nothing = "nothing reads this variable"
        let loaded = try load([
            "CALCULATION_BATCHSIZE": "50", "CALCULATION_COLOUR": "red", "BURSAR_DATABASE_URI": "x", "BURSAR_X": "1",
        ])
        #expect(
            loaded.warnings.map(\.description).sorted() == [
                "environment variable BURSAR_DATABASE_URI: \(nothing); did you mean BURSAR_DATABASE_URL?",
                "environment variable CALCULATION_BATCHSIZE: \(nothing); did you mean CALCULATION_BATCH_SIZE?",
                "environment variable CALCULATION_COLOUR: \(nothing)",
            ])
    }

    @Test func `the investments' switch stops their schedules and no others`() throws {
        let text = "schedules:\n  other: {kind: other.do, cron: 0 2 * * *, zone: UTC}\n"
        let configuration = try load(["CALCULATION_SCHEDULER_ENABLED": "false"], text).configuration
        let enabled = configuration.schedules.filter { configuration.isEnabled($0) }.map(\.name)
        #expect(enabled == ["other"])
    }
}
