import DatabaseTestSupport
import Glibc
import OperatorCommands
import Testing

@Suite struct ConfigCommandTests {
    /// A file of that content in a directory of its own.
    private func file(_ text: String) throws -> String {
        let path = try Scratch.path("config") + ".yaml"
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
        return path
    }

    private static let good = """
        admin:
          socket: /run/x.sock
        schedules:
          nightly:
            kind: investments.value
            cron: "30 2 * * *"
            zone: America/New_York

        """

    @Test func `every error is told with file, line and column, and the exit is 78`() async throws {
        let path = try file("admin:\n  sockt: /x\nengine:\n  workers: many\n")
        let result = await Tool().run("config", "check", "--config", path)
        #expect(result.status == .configuration && result.output.isEmpty)
        let lines = result.error.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("\(path):2:3: ") && lines[0].contains("socket"))
        #expect(lines[1].hasPrefix("\(path):4:12: "))
        let json = await Tool().run("config", "check", "--json", "--config", path)
        #expect(
            json.status == .configuration && json.output.contains("\"valid\" : false")
                && json.output.contains("\"line\" : 4"))
    }

    @Test func `a good file shows each schedule in words, with its next runs and clock changes`() async throws {
        let path = try file(Self.good)
        let result = await Tool().run("config", "check", "--config", path)
        #expect(result.status == .success && result.error.isEmpty)
        #expect(result.output.hasPrefix("the configuration is valid (\(path))\n"))
        for part in [
            "nightly  30 2 * * *  America/New_York", "At 02:30", "2026-10-16T02:30:00-04:00  2026-10-16T06:30:00Z",
            "next gap", "next overlap",
        ] {
            #expect(result.output.contains(part), "\(part)")
        }
        let json = await Tool().run("config", "check", "--config", path, "--json")
        #expect(json.output.contains("\"valid\" : true") && json.output.contains("\"next_gap\" : \"clock goes forward"))
    }

    @Test func `the variable names the file when no option does`() async throws {
        var tool = Tool()
        tool.environment["BURSAR_CONFIG"] = "/nowhere.yaml"
        let result = await tool.run("config", "check")
        #expect(result.status == .configuration && result.error.hasPrefix("/nowhere.yaml"))
    }

    @Test func `show tells what is set and from where, effective everything`() async throws {
        let path = try file(Self.good)
        var tool = Tool()
        tool.environment["CALCULATION_BATCH_SIZE"] = "50"
        let set = await tool.run("config", "show", "--config", path)
        #expect(set.status == .success)
        #expect(set.output.contains("/run/x.sock") && set.output.contains("\(path):2:11"))
        #expect(set.output.contains("environment CALCULATION_BATCH_SIZE") && !set.output.contains("database.pool_size"))
        let all = await tool.run("config", "show", "--effective", "--config", path)
        #expect(all.output.contains("database.pool_size") && all.output.contains("default"))
        let json = await tool.run("config", "show", "--config", path, "--json")
        #expect(
            json.output.hasPrefix("[\n") && json.output.contains("\"origin\" : \"environment CALCULATION_BATCH_SIZE\""))
    }

    @Test func `a secret is never shown`() async throws {
        let path = try file("database:\n  url: postgresql://bursar:s3cret@db/bursar\n")
        for arguments in [
            ["config", "show"], ["config", "show", "--json"], ["config", "check"], ["db", "url"],
            ["db", "url", "--json"],
        ] {
            let result = await Tool().run(arguments + ["--config", path])
            #expect(result.status == .success && !(result.output + result.error).contains("s3cret"))
        }
        let revealed = await Tool().run("db", "url", "--reveal", "--config", path)
        #expect(revealed.output == "postgresql://bursar:s3cret@db/bursar\n")
    }
}
