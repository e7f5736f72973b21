import Testing

@testable import Config

struct ConfigurationDifferenceTests {
    private func load(_ text: String, _ environment: [String: String] = [:]) throws -> LoadedConfiguration {
        try ConfigurationLoader(environment: environment).load(text: text, file: "f")
    }

    private func between(_ old: String, _ new: String) throws -> [ConfigurationDifference] {
        ConfigurationDifference.between(old: try load(old), new: try load(new))
    }

    @Test func `a difference is told by its key, with both values`() throws {
        let found = try between(
            "engine: {drain: 30s}\n", "engine: {workers: 5, drain: 1m}\nlogging: {level: debug}\n")
        #expect(
            found == [
                ConfigurationDifference(
                    path: "logging.level", old: .text("info"), new: .text("debug"), effect: .now, isHidden: false),
                ConfigurationDifference(
                    path: "engine.workers", old: .number(4), new: .number(5), effect: .restart, isHidden: false),
                ConfigurationDifference(
                    path: "engine.drain", old: .duration(.seconds(30)), new: .duration(.seconds(60)), effect: .now,
                    isHidden: false),
            ])
    }

    @Test func `values count, not how or where they are written`() throws {
        #expect(try between("engine: {drain: 60s, workers: 4}\n", "engine:\n  drain: 1m\n") == [])
        let old = try load("engine: {drain: 60s}\ninvestments: {batch_size: 5}\n")
        let new = try load("engine: {drain: 60s}\n", ["CALCULATION_BATCH_SIZE": "5"])
        #expect(ConfigurationDifference.between(old: old, new: new) == [])
    }

    @Test func `what a variable overrides does not differ`() throws {
        let environment = ["CALCULATION_BATCH_SIZE": "5"]
        let old = try load("investments: {batch_size: 6}\n", environment)
        let new = try load("investments: {batch_size: 7}\n", environment)
        #expect(ConfigurationDifference.between(old: old, new: new) == [])
    }

    @Test func `a secret is compared and stays hidden`() throws {
        let found = try between(
            "database: {url: \"postgresql://u:canary1@db/b\"}\n", "database: {url: \"postgresql://u:canary2@db/b\"}\n")
        #expect(found.map(\.path) == ["database.url"])
        #expect(found.map(\.isHidden) == [true] && found.map(\.effect) == [.restart])
        #expect(found[0].old == .text("postgresql://u:***@db/b") && found[0].new == found[0].old)
        #expect(!"\(found)".contains("canary"))
        let gone = try between("database: {url: \"postgresql://u:canary@db/b\"}\n", "")
        #expect(gone.map(\.new) == [.unset("")])
    }

    @Test func `a schedule that is gone or new is told key by key`() throws {
        let schedule = "schedules: {a: {kind: k, cron: 0 2 * * *, zone: UTC}}\n"
        let keys = ScheduleSettings.all.map { "schedules.a." + $0.path }
        let added = try between("", schedule)
        #expect(added.map(\.path) == keys)
        #expect(added.allSatisfy { $0.old == nil && $0.new != nil && $0.effect == .now })
        let removed = try between(schedule, "")
        #expect(removed.map(\.path) == keys)
        #expect(removed.allSatisfy { $0.old != nil && $0.new == nil && $0.effect == .now })
        let moved = try between(schedule, schedule.replacing("0 2", with: "0 3"))
        #expect(moved.map(\.path) == ["schedules.a.cron"])
    }

    @Test func `each key says whether it waits for a restart`() {
        let waiting = Settings.all.map(\.path).filter { ConfigurationDifference.effect(of: $0) == .restart }
        #expect(
            waiting == [
                "database.url", "database.pool_size", "database.connect_timeout", "state_directory", "admin.socket",
                "engine.workers", "engine.lease", "engine.beat", "engine.poll",
            ])
        #expect(ConfigurationDifference.effect(of: "schedules.a.cron") == .now)
        #expect(Settings.all.map(\.path).filter(ConfigurationDifference.isSecret) == ["database.url"])
    }
}
