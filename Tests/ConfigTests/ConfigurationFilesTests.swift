import Cron
import FoundationEssentials
import Glibc
import Testing

@testable import Config

struct ConfigurationFilesTests {
    private let scratch: ScratchDirectory
    private let loader = ConfigurationLoader(environment: [:])

    init() throws {
        scratch = try ScratchDirectory()
    }

    private func errors(_ path: String?, loader: ConfigurationLoader? = nil) -> [String] {
        do {
            _ = try (loader ?? self.loader).load(path: path)
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }

    @Test func `a file that is named must exist`() {
        let path = scratch.path + "/none.yaml"
        #expect(errors(path) == ["\(path): cannot be read: No such file or directory; check the path"])
    }

    @Test func `without a file at the default path the defaults hold`() throws {
        let path = scratch.path + "/bursar.yaml"
        let loaded = try ConfigurationLoader(environment: [:], defaultPath: path).load(path: nil)
        #expect(loaded.sources == [])
        #expect(loaded.rows.allSatisfy { $0.origin == .builtIn })
        #expect(loaded.configuration.schedules.map(\.name) == ["investments.daily", "investments.hourly"])
        #expect(loaded.configuration.schedules.map(\.cron.text) == ["0 2 * * *", "0 9-20 * * *"])
        #expect(loaded.configuration.schedules.allSatisfy { $0.zone.identifier == "America/Argentina/Buenos_Aires" })
    }

    @Test func `drop-ins without a file at the default path are read`() throws {
        try scratch.write("engine:\n  workers: 7\n", to: "bursar.yaml.d/10.yaml")
        let path = scratch.path + "/bursar.yaml"
        let loaded = try ConfigurationLoader(environment: [:], defaultPath: path).load(path: nil)
        #expect(loaded.configuration.engine.workers == 7)
        #expect(loaded.sources == [path + ".d/10.yaml"])
    }

    @Test func `a default path that cannot be read is an error`() throws {
        let path = scratch.path + "/bursar.yaml"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(
            errors(nil, loader: ConfigurationLoader(environment: [:], defaultPath: path))
                == ["\(path): cannot be read: Is a directory; name a file"])
    }

    @Test func `drop-ins are laid over the file in the order of their names, key by key`() throws {
        let path = try scratch.write(
            "engine:\n  workers: 5\n  drain: 5s\nschedules:\n  a: {kind: k, cron: 0 2 * * *, zone: UTC}\n",
            to: "bursar.yaml")
        try scratch.write("engine:\n  workers: 9\n", to: "bursar.yaml.d/20-more.yaml")
        try scratch.write(
            "engine: {workers: 6}\nschedules:\n- {name: a, cron: 0 3 * * *}\n", to: "bursar.yaml.d/10-few.yaml")
        try scratch.write("engine: {workers: 99}\n", to: "bursar.yaml.d/.30-hidden.yaml")
        try scratch.write("engine: {workers: 98}\n", to: "bursar.yaml.d/40.yaml~")
        let loaded = try loader.load(path: path)
        #expect(loaded.sources == [path, path + ".d/10-few.yaml", path + ".d/20-more.yaml"])
        #expect(loaded.configuration.engine.workers == 9)
        #expect(loaded.configuration.engine.drain == .seconds(5))
        let schedule = try #require(loaded.configuration.schedules.first)
        #expect(schedule.kind == "k")
        #expect(schedule.cron.text == "0 3 * * *")
        let origins = Dictionary(uniqueKeysWithValues: loaded.rows.map { ($0.path, $0.origin.description) })
        #expect(origins["engine.workers"] == path + ".d/20-more.yaml:2:12")
        #expect(origins["engine.drain"] == path + ":3:10")
        #expect(origins["engine.lease"] == "default")
        #expect(origins["schedules.a.kind"] == path + ":5:13")
        #expect(origins["schedules.a.cron"] == path + ".d/10-few.yaml:3:19")
    }

    @Test func `the errors of all files come at once and in order`() throws {
        let path = try scratch.write("engine:\n  workers: no\n  beet: 5s\n", to: "bursar.yaml")
        try scratch.write("engine: [\n", to: "bursar.yaml.d/20.yaml")
        try scratch.write("logging: {level: loud}\n", to: "bursar.yaml.d/10.yaml")
        try FileManager.default.createSymbolicLink(
            atPath: path + ".d/30.yaml", withDestinationPath: scratch.path + "/nowhere")
        let loader = ConfigurationLoader(environment: ["CALCULATION_BATCH_SIZE": "all"])
        let found = errors(path, loader: loader)
        let beginnings = [
            "\(path):2:12: engine.workers is not a whole number", "\(path):3:3: unknown key \"beet\"",
            "\(path).d/10.yaml:1:18: logging.level is not a known word",
            "\(path).d/20.yaml:1:10: a value was expected here",
            "\(path).d/30.yaml: cannot be read", "environment variable CALCULATION_BATCH_SIZE: investments.batch_size",
        ]
        #expect(found.count == beginnings.count, "\(found)")
        for (line, beginning) in zip(found, beginnings) { #expect(line.hasPrefix(beginning)) }
    }

    @Test func `a value that a drop-in overrides must still be right`() throws {
        let path = try scratch.write("engine: {workers: many}\n", to: "bursar.yaml")
        try scratch.write("engine: {workers: 5}\n", to: "bursar.yaml.d/10.yaml")
        #expect(errors(path).count == 1)
    }

    @Test func `a drop-in that would have been read under another name is warned of`() throws {
        let path = try scratch.write("", to: "bursar.yaml")
        try scratch.write("engine: {workers: 5}\n", to: "bursar.yaml.d/10.yml")
        let loaded = try loader.load(path: path)
        #expect(loaded.warnings.map(\.description) == ["\(path).d/10.yml: not read; rename it to end in .yaml"])
    }

    @Test func `a masked drop-in says nothing`() throws {
        let path = try scratch.write("", to: "bursar.yaml")
        try FileManager.default.createDirectory(atPath: path + ".d", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: path + ".d/10.yaml", withDestinationPath: "/dev/null")
        #expect(try loader.load(path: path).sources.count == 2)
    }

    @Test func `a drop-in directory that is a file is an error`() throws {
        let path = try scratch.write("", to: "bursar.yaml")
        try scratch.write("", to: "bursar.yaml.d")
        #expect(errors(path).first?.hasPrefix("\(path).d: cannot be listed: Not a directory") == true)
    }

    @Test func `too many drop-ins are refused`() throws {
        let path = try scratch.write("", to: "bursar.yaml")
        for number in 0...ConfigurationFiles.dropInsMax { try scratch.write("", to: "bursar.yaml.d/\(number).yaml") }
        #expect(errors(path) == ["\(path).d: too many drop-ins (expected at most 256, got 257)"])
    }

    @Test func `a file beyond the limit is refused unread`() throws {
        let path = try scratch.write(String(repeating: "#\n", count: ConfigurationSource.sizeMax), to: "bursar.yaml")
        let found = errors(path)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("\(path): the file is too large (expected at most 4194304 bytes") == true)
    }

    @Test func `an endless file is refused`() {
        #expect(errors("/dev/zero").first?.hasPrefix("/dev/zero: the file is too large") == true)
    }

    @Test func `a file that may not be read says who must be let in`() {
        let failure = ConfigurationFiles.failure(EACCES, verb: "read")
        #expect(failure.message == "cannot be read: Permission denied")
        #expect(failure.hint == "let the user who runs this read it")
        #expect(!failure.isMissing)
    }

    @Test func `a password that everyone may read is warned of`() throws {
        let text = "database:\n  url: postgresql://bursar:canary@db/bursar\n"
        let open = try loader.load(path: scratch.write(text, to: "open.yaml", mode: 0o644))
        #expect(open.warnings.count == 1)
        #expect(open.warnings.first?.line == 2)
        #expect(open.warnings.first?.message == "database.url holds a password, and everyone may read this file")
        #expect(try loader.load(path: scratch.write(text, to: "closed.yaml", mode: 0o640)).warnings == [])
        let harmless = "database:\n  url: postgresql://db/bursar\n"
        #expect(try loader.load(path: scratch.write(harmless, to: "harmless.yaml", mode: 0o644)).warnings == [])
    }

    @Test func `a file that everyone may write is warned of`() throws {
        let loaded = try loader.load(path: scratch.write("", to: "open.yaml", mode: 0o666))
        #expect(loaded.warnings.first?.message == "everyone may write this file")
    }
}
