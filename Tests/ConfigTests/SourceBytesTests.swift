import Config
import Testing

struct SourceBytesTests {
    private func errors(_ bytes: [UInt8]) -> [String] {
        do {
            _ = try ConfigurationLoader(environment: [:]).load(sources: [ConfigurationSource(file: "f", bytes: bytes)])
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }

    private func workers(_ text: String) throws -> Int {
        try ConfigurationLoader(environment: [:]).load(text: text, file: "f").configuration.engine.workers
    }

    @Test(arguments: [
        "", "\n", "# nothing\n", "---\n", "---\n...\n", "{}\n", "~\n", "\u{FEFF}", "engine:\n",
        "engine: {}\nschedules:\n",
    ])
    func `a file that says nothing leaves the defaults`(text: String) throws {
        #expect(try workers(text) == 4)
    }

    @Test(arguments: [
        "engine:\r\n  workers: 5\r\n", "\u{FEFF}engine:\n  workers: 5\n", "engine: {workers: 5}",
        "engine:\n  workers: 5 # five\n",
        "{\"engine\": {\"workers\": 5}}", "%YAML 1.1\n---\nengine:\n  workers: 5\n...\n", "? engine\n: workers: 5\n",
        "engine:\n    workers:\n        5\n",
        "schedules:\n  investments.daily:\n    payload: {note: \"it's\n        over lines\"}\nengine: {workers: 5}\n",
        "schedules:\n  investments.daily:\n    payload:\n      a: 'over\n        lines'\nengine: {workers: 5}\n",
    ])
    func `a file is read as its author wrote it`(text: String) throws {
        #expect(try workers(text) == 5)
    }

    @Test func `bytes that are not UTF-8 are named with their place`() {
        let bytes = Array("engine:\n  workers: é".utf8) + [0xFF] + Array("\n  drain: ".utf8) + [0xC3] + Array("\n".utf8)
        #expect(
            errors(bytes) == [
                "f:2:13: a byte that is not UTF-8 (expected UTF-8 text); save the file as UTF-8",
                "f:3:10: a byte that is not UTF-8 (expected UTF-8 text); save the file as UTF-8",
            ])
    }

    @Test func `UTF-16 is named as such`() {
        #expect(errors([0xFF, 0xFE, 0x61, 0x00]) == ["f:1:1: UTF-16 text (expected UTF-8); save it as UTF-8"])
    }

    @Test func `a file of noise is complained about a few times`() {
        #expect(errors([UInt8](repeating: 0, count: 10_000)).count == 10)
    }

    @Test func `a file of mistakes is complained about up to the limit`() {
        let text = (0..<2_000).map { "key\($0): 1\n" }.joined()
        let found = errors(Array(text.utf8))
        #expect(found.count == ConfigurationErrors.limit + 1)
        #expect(found.last == "f:500:1: and 1500 more errors after this")
    }

    @Test func `brackets without end are refused`() {
        let found = errors(Array(String(repeating: "[", count: 100_000).utf8))
        #expect(found.count == 1)
        let closed = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
        #expect(errors(Array(closed.utf8)).contains("f:1:65: nested deeper than 64 levels"))
    }

    @Test func `an alias bomb does no harm`() {
        var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        for (name, before) in zip("bcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxy") {
            let items = Array(repeating: "*\(before)", count: 9).joined(separator: ", ")
            text += "\(name): &\(name) [\(items)]\n"
        }
        #expect(errors(Array(text.utf8)).count <= 2 * 26)
    }

    @Test func `as many schedules as are allowed are read, and no more`() throws {
        func text(_ count: Int) -> String {
            "schedules:\n" + (0..<count).map { "  s\($0): {kind: k, cron: 0 2 * * *, zone: UTC}\n" }.joined()
        }
        let most = ScheduleDefinition.countMax
        let loaded = try ConfigurationLoader(environment: [:]).load(text: text(most - 2), file: "f")
        #expect(loaded.configuration.schedules.count == most)
        #expect(
            errors(Array(text(most - 1).utf8)).first?.contains("too many schedules (expected at most 10000, got 10001)")
                == true)
    }
}
