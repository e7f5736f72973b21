import OperatorCommands
import Testing

@Suite struct LogsCommandTests {
    private static let run = "0199e3f1-7c1a-7d3e-9a55-2f8c0d9b1e77"
    private static let start = "journalctl --unit=bursard --output=short-iso"

    @Test(arguments: [
        ([], ""),
        (["--run", run], " BURSAR_RUN_ID=\(run)"),
        (["--job", "42"], " BURSAR_JOB_ID=42"),
        (["--schedule", "investments.daily"], " BURSAR_SCHEDULE=investments.daily"),
        (["--event", "brs-2104"], " BURSAR_EVENT=BRS-2104"),
        (["--actor", "alice"], " BURSAR_ACTOR=alice"),
        (["--since", "2026-10-15T12:34:56Z"], " --since=@1792067696"),
        (["--since", "2026-10-15T09:34:56.5-03:00"], " --since=@1792067696"),
        (["--since", "2h30m"], " --since=-2h30m"),
        (["--since", "yesterday"], " --since=yesterday"),
        (["--follow"], " --follow"),
        (["-f", "--explain"], " --follow --catalog"),
        (
            ["--job", "42", "--actor", "bob", "--since", "1d", "--explain", "--schedule", "a", "--event", "BRS-3001"],
            " --since=-1d --catalog BURSAR_JOB_ID=42 BURSAR_SCHEDULE=a BURSAR_EVENT=BRS-3001 BURSAR_ACTOR=bob"
        ),
    ])
    func `options become fields of the journal`(_ options: [String], _ rest: String) async {
        let result = await Tool().run(["logs", "--print"] + options)
        #expect(result.status == .success && result.error.isEmpty)
        #expect(result.output == Self.start + rest + "\n")
    }

    @Test func `JSON is journalctl's own`() async {
        let result = await Tool().run("logs", "--print", "--json", "--job", "7")
        #expect(result.output == "journalctl --unit=bursard --output=json BURSAR_JOB_ID=7\n")
    }

    @Test(arguments: [
        ("two words", "'BURSAR_ACTOR=two words'"), ("$(reboot)", "'BURSAR_ACTOR=$(reboot)'"),
        ("it's", #"'BURSAR_ACTOR=it'\''s'"#), ("a;b|c>d&", "'BURSAR_ACTOR=a;b|c>d&'"), ("`x`", "'BURSAR_ACTOR=`x`'"),
        ("a\nb", "'BURSAR_ACTOR=a\nb'"), ("é", "'BURSAR_ACTOR=é'"), ("*", "'BURSAR_ACTOR=*'"), ("", "BURSAR_ACTOR="),
    ])
    func `no word of an operator is read by the shell`(_ actor: String, _ word: String) async {
        let result = await Tool().run("logs", "--print", "--actor", actor)
        #expect(result.output == Self.start + " " + word + "\n")
    }

    @Test(arguments: [
        ["--run", "5"], ["--job", "x"], ["--event", "2104"], ["--event", "BRS-21045"], ["--since", "soon"],
        ["--since", "-2h"], ["--since", "2h 3m"], ["--since", "5w"],
    ])
    func `what the journal could not hold is refused`(_ options: [String]) async {
        let result = await Tool().run(["logs", "--print"] + options)
        #expect(result.status == .usage && result.output.isEmpty)
    }
}
