import Events
import FoundationEssentials
import OperatorCommands
import Testing

@Suite struct ExplainCommandTests {
    @Test(arguments: ["BRS-3205", "brs-3205", "job-parked", "Job-Parked"])
    func `an event is explained by its code and by its name`(_ name: String) async {
        let result = await Tool().run("explain", name)
        #expect(result.status == .success && result.error.isEmpty)
        #expect(result.output.hasPrefix("BRS-3205  job-parked  error\n\(Event.jobParked.summary)\n\nMeaning\n"))
        #expect(result.output.contains("\n    bursarctl jobs retry JOB --reason \"cause mended\"\n"))
        #expect(!result.output.contains("@"))
    }

    @Test(arguments: [("BRS-3250", "BRS-3205"), ("job-parkd", "BRS-3205"), ("watchdog", "BRS-1102")])
    func `a slip gets a suggestion`(_ name: String, _ code: String) async {
        let result = await Tool().run("explain", name)
        #expect(result.status == .bad && result.output.isEmpty)
        #expect(result.error.contains("no event is called \"\(name)\""))
        #expect(result.error.contains("did you mean \(code) "))
    }

    @Test func `what is like no event is pointed to the list`() async {
        let result = await Tool().run("explain", "xyzzy")
        #expect(result.status == .bad)
        #expect(result.error.contains("explain --list") && !result.error.contains("did you mean"))
    }

    @Test func `the list has a line an event`() async {
        let result = await Tool().run("explain", "--list")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == Event.all.count + 1)
        #expect(lines.dropFirst().map { $0.prefix(8) } == Event.all.map { $0.code.prefix(8) })
    }

    @Test func `JSON has every part, and one value for one event`() async throws {
        struct Report: Decodable, Hashable {
            var code, name, level, message_id, summary, meaning, impact, diagnosis, action: String
        }
        let event = Event.auditBroken
        let expected = Report(
            code: event.code, name: event.name, level: "critical", message_id: event.messageID, summary: event.summary,
            meaning: event.meaning, impact: event.impact, diagnosis: event.diagnosis, action: event.action)
        let one = await Tool().run("explain", "audit-broken", "--json")
        #expect(try JSONDecoder().decode(Report.self, from: Data(one.output.utf8)) == expected)
        let all = await Tool().run("explain", "--list", "--json")
        #expect(try JSONDecoder().decode([Report].self, from: Data(all.output.utf8)).contains(expected))
    }

    @Test(arguments: [[], ["BRS-3205", "--list"], ["--catalog", "--man"], ["--catalog", "--json"]])
    func `one thing is asked for at a time`(_ options: [String]) async {
        #expect(await Tool().run(["explain"] + options).status == .usage)
    }

    @Test func `the catalog has an entry an event, as journald reads it`() async {
        let result = await Tool().run("explain", "--catalog")
        let entries = result.output.split(separator: "\n-- ").dropFirst()
        #expect(entries.map { $0.prefix(32) } == Event.all.map { $0.messageID.prefix(32) })
        for (entry, event) in zip(entries, Event.all) {
            let lines = entry.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines[1] == "Subject: \(event.code) \(event.summary)")
            #expect(lines[2] == "Defined-By: Bursar")
            #expect(lines[3].hasPrefix("Support: ") && lines[4].hasPrefix("Documentation: "))
            #expect(lines[5].isEmpty && entry.contains(event.action))
            // A line that begins so would be a comment, or the next entry.
            #expect(!lines.contains { $0.hasPrefix("#") || $0.hasPrefix("-- ") })
        }
    }

    @Test func `the manual page has a section an event, and nothing in it is taken for a request`() async {
        let result = await Tool(environment: ["SOURCE_DATE_EPOCH": "1792067696"]).run("explain", "--man")
        #expect(result.output.hasPrefix(".Dd October 15, 2026\n.Dt BURSAR-EVENTS 7\n"))
        let lines = result.output.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix(".Ss BRS-") } == Event.all.count)
        let known = [
            ".Dd ", ".Dt ", ".Os", ".Sh ", ".Nm ", ".Nd ", ".Xr ", ".Dv ", ".Pp", ".Bd ", ".Ed", ".Ar ", ".Ss ", ".Em ",
        ]
        #expect(!lines.contains { line in line.hasPrefix(".") && !known.contains { line.hasPrefix($0) } })
        #expect(!result.output.contains("\n\n"))
    }
}
