import AdminAPI
import Testing

@testable import OperatorCommands

@Suite struct ReloadTextTests {
    private let plain = Recorder().stream()

    private func output(_ answer: ReloadAnswer) -> String { ReloadText(answer).text(for: plain) }
    private func complaints(_ answer: ReloadAnswer) -> String { ReloadText(answer).complaints(for: plain) }

    @Test func `what was applied is told key by key, and what waits for a restart`() {
        let answer = ReloadAnswer(
            outcome: .applied, generation: 4,
            changes: [
                ConfigurationChange(path: "engine.drain", old: "30s", new: "1m", effect: .now),
                ConfigurationChange(path: "engine.workers", old: "4", new: "8", effect: .restart),
                ConfigurationChange(path: "schedules.a.enabled", old: "true", new: "false", effect: .kept),
                ConfigurationChange(path: "admin.socket", old: nil, new: "", effect: .now),
                ConfigurationChange(path: "schedules.b.kind", old: nil, new: "k", effect: .now),
                ConfigurationChange(path: "schedules.b.cron", old: nil, new: "0 2 * * *", effect: .now),
                ConfigurationChange(path: "schedules.b.zone", old: nil, new: "UTC", effect: .now),
                ConfigurationChange(path: "schedules.c.d.kind", old: "j", new: nil, effect: .now),
            ],
            schedules: [
                ScheduleChange(name: "a", change: .keptToggle, detail: "switched on by alice"),
                ScheduleChange(name: "b", change: .added, detail: "first tick tomorrow"),
            ],
            tookMilliseconds: 12.4)
        #expect(
            output(answer) == """
                applied: generation 4, in 12 ms

                KEY                  OLD   NEW                HOLDS
                engine.drain         30s   1m                 now
                engine.workers       4     8                  after a restart
                schedules.a.enabled  true  false              not: said otherwise at run time
                admin.socket         -     ""                 now
                schedules.b          -     k, 0 2 * * *, UTC  now
                schedules.c.d        j     -                  now

                SCHEDULE  CHANGE       DETAIL
                a         toggle kept  switched on by alice
                b         added        first tick tomorrow

                waits for a restart: engine.workers; `systemctl restart bursard`

                """)
        #expect(complaints(answer).isEmpty)
    }

    @Test func `nothing changed is said in a line`() {
        let answer = ReloadAnswer(outcome: .unchanged, generation: 3, tookMilliseconds: 1)
        #expect(output(answer) == "unchanged: generation 3 says the same\n" && complaints(answer).isEmpty)
    }

    @Test func `a refusal names every error with its place`() {
        let answer = ReloadAnswer(
            outcome: .refused, generation: 3,
            errors: [
                ConfigurationComplaint(
                    file: "/etc/bursar/bursar.yaml", line: 12, column: 9, message: "bad", hint: "mend it"),
                ConfigurationComplaint(file: "/etc/bursar/bursar.yaml.d/9.yaml", message: "cannot be read"),
            ],
            warnings: [ConfigurationComplaint(file: "f", line: 1, column: 2, message: "odd\u{1B}[2J")],
            tookMilliseconds: 1)
        #expect(output(answer).isEmpty)
        #expect(
            complaints(answer) == """
                warning: f:1:2: odd\\u{1B}[2J
                /etc/bursar/bursar.yaml:12:9: bad; mend it
                /etc/bursar/bursar.yaml.d/9.yaml: cannot be read
                refused: generation 3 holds as before
                  hint: correct the files, then `bursarctl reload`

                """)
    }

    @Test func `a dispute says whose file holds and how to settle it`() {
        let answer = ReloadAnswer(
            outcome: .disputed, generation: 3, holder: "daemon 7 on db2", tookMilliseconds: 1)
        #expect(complaints(answer).contains("the file of daemon 7 on db2 says something else"))
        #expect(complaints(answer).contains("bursarctl reload --apply"))
    }

    @Test func `the outcome is the exit status`() {
        let statuses = ReloadAnswer.Outcome.allCases.map { [$0.rawValue, "\($0.exitStatus.rawValue)"] }
        #expect(statuses == [["applied", "0"], ["unchanged", "0"], ["refused", "78"], ["disputed", "1"]])
    }

    @Test func `without a daemon it ends with 69`() async {
        let result = await Tool().run("reload", "--wait", "--socket", "/nowhere/bursar.sock")
        #expect(result.status == .unavailable && result.error.contains("the daemon does not run"))
    }
}
