import Cron
import FoundationEssentials
import Testing

@testable import Config

struct EffectiveValuesTests {
    private func load(_ text: String, _ environment: [String: String] = [:]) throws -> LoadedConfiguration {
        try ConfigurationLoader(environment: environment).load(text: text, file: "f")
    }

    private func value(_ path: String, _ loaded: LoadedConfiguration) -> String? {
        loaded.rows.first { $0.path == path }?.value.description
    }

    @Test(arguments: [
        ("postgresql://bursar:canary@db/bursar", "postgresql://bursar:***@db/bursar"),
        ("postgres://bursar:can/a@ry@db1:5432,db2/bursar", "postgres://bursar:***@db1:5432,db2/bursar"),
        (
            "postgresql://db/bursar?user=bursar&password=canary&sslmode=require",
            "postgresql://db/bursar?user=bursar&password=***&sslmode=require"
        ),
        ("host=db password=canary dbname=bursar", "host=db password=*** dbname=bursar"),
        ("host=db PASSWORD = 'can ary\\' x' dbname=bursar", "host=db PASSWORD=*** dbname=bursar"),
        ("host=db sslpassword=canary", "host=db sslpassword=***"),
        ("host=db passfile=/etc/bursar/pgpass", "host=db passfile=/etc/bursar/pgpass"),
        ("postgresql:///bursar?host=/run/postgresql", "postgresql:///bursar?host=/run/postgresql"),
        ("postgresql://bursar@db/bursar", "postgresql://bursar@db/bursar"),
    ])
    func `a password is never shown`(url: String, shown: String) throws {
        let loaded = try load("", ["BURSAR_DATABASE_URL": url])
        #expect(loaded.configuration.database.url == url)
        #expect(value("database.url", loaded) == shown)
        let everything = "\(loaded) \(String(reflecting: loaded.configuration)) \(loaded.configuration.database)"
        #expect(!everything.contains("canary"))
        var dumped = ""
        dump(loaded.configuration, to: &dumped)
        #expect(!dumped.contains("canary"))
    }

    @Test func `a value that may be a password is not quoted in an error`() {
        for text in [
            "engine: {workers: \"postgres://u:canary@db\"}\n", "postgres://u:canary@db: 1\n",
            "schedules: {a: {zone: \"password=canary\"}}\n",
        ] {
            let error = #expect(throws: ConfigurationErrors.self) { try load(text) }
            #expect(error?.description.contains("canary") == false)
        }
    }

    @Test func `every value is shown as one would write it`() throws {
        let loaded = try load(
            """
            database: {url: "host=db"}
            engine: {drain: 90s, poll: 1m}
            schedules:
              a:
                kind: k
                cron: 0 2 1 * 5
                zone: UTC
                days: either
                money: true
                max_lateness: 1h30m
                payload: {b: [1, -2.5e3, "x\\"y", null, true], a: {c: "ü\\n"}}
            """)
        #expect(value("engine.drain", loaded) == "90s")
        #expect(value("engine.poll", loaded) == "1m")
        #expect(value("engine.beat", loaded) == "2500ms")
        #expect(value("investments.retention", loaded) == "30d")
        #expect(value("schedules.a.days", loaded) == "either")
        #expect(value("schedules.a.catch_up", loaded) == "all")
        #expect(value("schedules.a.pause_on_failure", loaded) == "true")
        #expect(value("schedules.a.max_lateness", loaded) == "90m")
        #expect(value("schedules.a.payload", loaded) == #"{"a":{"c":"ü\n"},"b":[1,-2.5e3,"x\"y",null,true]}"#)
        let schedule = try #require(loaded.configuration.schedules.first)
        #expect(schedule.name == "a")
        #expect(schedule.daysEither && schedule.money && schedule.pauseOnFailure && schedule.enabled)
        #expect(schedule.catchUp == .all && schedule.overlap == .queue && schedule.catchUpLimit == 100)
        #expect(schedule.maxLateness == .seconds(5_400))
    }

    @Test func `rows are JSON`() throws {
        let loaded = try load("engine: {workers: 5}\n")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let lines = try loaded.rows.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        #expect(lines.contains(#"{"origin":"f:1:19","path":"engine.workers","value":5}"#))
        #expect(lines.contains(#"{"origin":"default","path":"engine.drain","value":"30s"}"#))
        #expect(lines.contains(#"{"origin":"default","path":"database.url","value":null}"#))
        #expect(lines.contains(#"{"origin":"default","path":"investments.webhook_enabled","value":true}"#))
        #expect(lines.contains(#"{"origin":"default","path":"schedules.investments.daily.max_lateness","value":null}"#))
    }

    @Test func `a kind that this build lacks is warned of`() throws {
        let loader = ConfigurationLoader(environment: [:], knownKinds: ["investments.value"])
        let text = "schedules:\n  a: {kind: investments.valeu, cron: 0 2 * * *, zone: UTC}\n"
        let warnings = try loader.load(text: text, file: "f").warnings
        #expect(
            warnings.map(\.description) == [
                "f:2:13: schedules.a.kind: this build has no job kind \"investments.valeu\"; its jobs would park; "
                    + "did you mean \"investments.value\"?"
            ])
    }

    @Test func `limits of a kind go together key by key, each with its place`() throws {
        let loaded = try ConfigurationLoader(environment: [:]).load(sources: [
            ConfigurationSource(
                file: "f", text: "engine:\n  limits:\n    a.b: {concurrency: 3, per_key: 2}\n    c: {per_key: 7}\n"),
            ConfigurationSource(file: "g", text: "engine: {limits: {a.b: {concurrency: 9}}, history: none}\n"),
        ])
        #expect(loaded.configuration.engine.limits["a.b"] == .init(concurrency: 9, perKey: 2))
        #expect(loaded.configuration.engine.limits["c"] == .init(perKey: 7))
        #expect(loaded.configuration.engine.history == nil)
        let rows = loaded.rows.filter { $0.path.hasPrefix("engine.limits.") }
        #expect(
            rows.map { "\($0.path) \($0.value) \($0.origin)" } == [
                "engine.limits.a.b.concurrency 9 g:1:38", "engine.limits.a.b.per_key 2 f:3:36",
                "engine.limits.c.per_key 7 f:4:18",
            ])
        #expect(value("engine.history", loaded) == "none")
        #expect(ConfigurationDifference.effect(of: "engine.limits.a.b.concurrency") == .now)
        #expect(ConfigurationDifference.effect(of: "engine.history") == .now)
    }

    @Test func `limits of a kind that this build lacks or takes by the batch are refused where they stand`() throws {
        let loader = ConfigurationLoader(
            environment: [:], knownKinds: ["investments.value", "credits.refresh"], batchedKinds: ["credits.refresh"])
        let text = "engine:\n  limits:\n    investments.valeu: {concurrency: 2}\n    credits.refresh: {per_key: 1}\n"
        let error = try #require(throws: ConfigurationErrors.self) { try loader.load(text: text, file: "f") }
        #expect(
            error.errors.map(\.description) == [
                "f:3:5: engine.limits: this build has no job kind \"investments.valeu\" "
                    + "(expected one of credits.refresh, investments.value); did you mean \"investments.value\"?",
                "f:4:5: engine.limits: jobs of kind \"credits.refresh\" are taken by the batch, and no limit holds "
                    + "them; to stop the kind: bursarctl queues pause credits.refresh",
            ])
    }

    @Test func `days without effect are warned of`() throws {
        let loaded = try load("schedules:\n  a: {kind: k, cron: 0 2 * * *, zone: UTC, days: either}\n")
        #expect(loaded.warnings.map(\.line) == [2])
        #expect(loaded.warnings.map(\.column) == [50])
    }
}
