import Testing

@testable import OperatorCommands

@Suite struct UsageTests {
    @Test(arguments: [
        ["nonsense"], ["status", "extra"], ["status", "--unknown"], ["schedules", "run"],
        ["schedules", "run", "a", "--as-of", "soon"],
        ["schedules", "run", "a", "--as-of", "2026-10-15"], ["schedules", "next", "--count", "0"],
        ["schedules", "next", "--count", "many"],
        ["jobs", "show"], ["jobs", "show", "x"], ["jobs", "show", "0"], ["jobs", "list", "--limit", "1001"],
        ["runs", "show", "x"], ["runs", "watch"], ["runs", "watch", "1"], ["cron", "next"],
        ["cron", "next", "* * * * *"],
        ["cron", "next", "--batch", "--count", "5"], ["cron", "next", "--batch", "* * * * *"],
        ["cron", "explain", "* * * * *"],
        ["cron", "next", "* * * * *", "--zone", "UTC", "--after", "now"], ["investments", "explain", "x"],
        ["investments", "results", "x"],
        ["investments", "results", "0199e3f1-7c1a-7d3e-9a55-2f8c0d9b1e77", "--csv", "--json"],
        ["config", "check", "--config"], ["migrate", "extra"], ["db", "url", "extra"], ["--socket"],
    ])
    func `what is typed wrongly ends with 64 and says how it is typed`(_ arguments: [String]) async {
        let result = await Tool().run(arguments)
        #expect(result.status == .usage)
        #expect(result.output.isEmpty && result.error.contains("Usage: bursarctl"))
    }

    @Test(arguments: [
        [], ["--help"], ["status", "--help"], ["schedules"], ["schedules", "run", "--help"], ["jobs"], ["runs"],
        ["cron"],
        ["config"], ["db"], ["investments"], ["help", "runs", "watch"],
    ])
    func `help goes to standard output with status 0`(_ arguments: [String]) async {
        let result = await Tool().run(arguments)
        #expect(result.status == .success && result.error.isEmpty)
        #expect(result.output.contains("USAGE: bursarctl"))
    }

    @Test func `every verb is listed in its noun's help`() async {
        let verbs = [
            "schedules": ["list", "next", "run"], "queues": ["list", "pause", "resume"],
            "jobs": ["list", "show", "explain"], "runs": ["list", "show", "watch"],
            "cron": ["next", "explain"], "config": ["check", "show", "diff"], "db": ["url"],
            "investments": ["explain", "results"],
        ]
        for (noun, verbs) in verbs {
            let help = await Tool().run(noun, "--help").output
            for verb in verbs { #expect(help.contains("\n  \(verb) "), "\(noun) \(verb)") }
        }
    }

    @Test func `the version is printed`() async {
        let result = await Tool().run("--version")
        #expect(result.status == .success && result.output == "bursar 0.1\n")
    }

    @Test func `options of every verb may stand before it`() {
        #expect(
            CommandLineTool.verbFirst(["--socket", "x", "--json", "status"]) == ["status", "--socket", "x", "--json"])
        #expect(
            CommandLineTool.verbFirst(["--socket=x", "jobs", "show", "--", "5"]) == [
                "jobs", "show", "--socket=x", "--", "5",
            ])
        #expect(CommandLineTool.verbFirst(["status", "--json"]) == ["status", "--json"])
        #expect(CommandLineTool.verbFirst(["--socket"]) == ["--socket"])
    }

    @Test func `the exit codes are those of sysexits`() {
        let codes: [CommandStatus: Int32] = [
            .success: 0, .bad: 1, .usage: 64, .unavailable: 69, .bug: 70, .io: 74, .schema: 76, .permission: 77,
            .configuration: 78,
        ]
        for status in CommandStatus.allCases { #expect(status.rawValue == codes[status]) }
    }
}
