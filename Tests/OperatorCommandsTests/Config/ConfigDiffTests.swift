import AdminAPI
import Config
import DatabaseTestSupport
import Glibc
import Primitives
import Testing

@testable import OperatorCommands

@Suite struct ConfigDiffTests {
    private func file(_ text: String) throws -> String {
        let path = try Scratch.path("diff") + ".yaml"
        let descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
        return path
    }

    /// What a daemon answers that read `text`, with these variables.
    private func running(
        _ text: String, _ environment: [String: String] = [:], files: [String]
    ) throws -> ConfigurationAnswer {
        let loaded = try ConfigurationLoader(environment: environment).load(text: text, file: "before.yaml")
        return ConfigurationAnswer(
            generation: 3, loadedAt: Instant(seconds: 0),
            rows: loaded.rows.map { .init(path: $0.path, value: "\($0.value)", origin: "\($0.origin)") },
            files: files, kinds: ["investments.value"])
    }

    private func changes(from old: String, to new: String, _ environment: [String: String] = [:]) throws -> [[String]] {
        let path = try file(new)
        let comparison = try PendingConfiguration(
            running(old, environment, files: [path]), path: nil
        ).comparison()
        return comparison.changes.map { [$0.path, $0.old ?? "-", $0.new ?? "-", $0.effect.rawValue] }
    }

    @Test func `the daemon's own files are compared with what it runs`() throws {
        #expect(try changes(from: "engine: {drain: 1m}\n", to: "engine: {drain: 60s}\n") == [])
        #expect(
            try changes(
                from: "engine: {drain: 1m, workers: 5}\n", to: "engine: {drain: 30s}\nlogging: {level: debug}\n")
                == [
                    ["logging.level", "info", "debug", "now"], ["engine.workers", "5", "4", "restart"],
                    ["engine.drain", "1m", "30s", "now"],
                ])
    }

    @Test func `a schedule that goes is told key by key`() throws {
        let found = try changes(from: "schedules: {a: {kind: k, cron: 0 2 * * *, zone: UTC}}\n", to: "")
        #expect(found.count == 13 && found.allSatisfy { $0[0].hasPrefix("schedules.a.") && $0[2] == "-" })
    }

    @Test func `what the daemon's environment says stays`() throws {
        let environment = ["CALCULATION_BATCH_SIZE": "50", "STATE_DIRECTORY": "/var/lib/x"]
        #expect(try changes(from: "", to: "investments: {batch_size: 60}\n", environment) == [])
        #expect(
            try changes(from: "", to: "state_directory: /srv/y\n", environment) == [
                ["state_directory", "/var/lib/x", "/srv/y", "restart"]
            ])
        let url = ["BURSAR_DATABASE_URL": "postgresql://u:canary@db/b"]
        #expect(try changes(from: "", to: "database: {url: \"host=other\"}\n", url) == [])
    }

    @Test func `files that a reload would refuse are refused with their places`() throws {
        let path = try file("engine:\n  workers: many\n")
        let failure = try #require(throws: CommandFailure.self) {
            try PendingConfiguration(running("", files: [path]), path: nil).comparison()
        }
        #expect(failure.status == .configuration && failure.details[0].hasPrefix("\(path):2:12: "))
        #expect(failure.hint == "correct the files; generation 3 holds as before")
    }

    @Test func `a kind that the daemon's build lacks is warned of`() throws {
        let path = try file("schedules: {a: {kind: investments.valeu, cron: 0 2 * * *, zone: UTC}}\n")
        let comparison = try PendingConfiguration(running("", files: []), path: path).comparison()
        #expect(comparison.warnings.map(\.line) == [1])
        #expect(comparison.remarks(for: Recorder().stream()).contains("did you mean \"investments.value\"?"))
    }

    @Test func `drop-ins alone belong to the default file`() throws {
        let answer = try running("", files: ["/etc/bursar/bursar.yaml.d/1.yaml"])
        #expect(try PendingConfiguration(answer, path: nil).comparison().changes.isEmpty)
    }

    @Test func `without a daemon it ends with 69`() async {
        let result = await Tool().run("config", "diff", "--socket", "/nowhere/bursar.sock")
        #expect(result.status == .unavailable)
    }
}
