@testable import BursarDaemon
import Primitives
@testable import Systemd
import Testing

@Suite struct StatusLineTests {
    private static let figures = StatusLine.Figures(
        waiting: 12, running: 3, parked: 1, oldestDue: .seconds(75), next: "investments.daily 04:00 America/New_York",
        roundTrip: .microseconds(1_849))

    @Test func `before anything is known it says what the start waits for`() {
        #expect(StatusLine(phase: .starting("the embedded database")).text == "starting: the embedded database")
    }

    @Test func `ready, it says what there is to do, what comes next, and how the database is`() {
        var line = StatusLine(phase: .ready)
        line.figures = Self.figures
        line.generation = 3
        #expect(
            line.text
                == "ready; 12 waiting, 3 running, 1 parked; oldest due 75 s; next investments.daily 04:00 "
                + "America/New_York; database 1.8 ms; configuration 3")
    }

    @Test func `what is not known is left out`() {
        var line = StatusLine(phase: .ready)
        #expect(line.text == "ready; configuration 0")
        line.figures = StatusLine.Figures(waiting: 0, running: 0, parked: 0, roundTrip: .microseconds(40))
        #expect(line.text == "ready; 0 waiting, 0 running, 0 parked; database 0.0 ms; configuration 0")
    }

    @Test func `a database that is down is said first, with since when, and not how fast it was`() {
        let since = Instant(rfc3339: "2026-10-15T12:34:56Z")!
        var line = StatusLine(phase: .degraded(since: since))
        line.figures = Self.figures
        #expect(line.text.hasPrefix("degraded: the database does not answer since 2026-10-15T12:34:56Z; 12 waiting"))
        #expect(!line.text.contains(" ms"))
    }

    @Test func `a stop says how many jobs still run`() {
        #expect(StatusLine(phase: .stopping(running: 0)).text == "stopping")
        #expect(StatusLine(phase: .stopping(running: 2)).text == "stopping: 2 jobs still run")
        #expect(StatusLine(phase: .stopping(running: 1)).text == "stopping: 1 job still runs")
    }

    @Test func `a refused reload names its place, before the figures`() {
        var line = StatusLine(phase: .ready, figures: Self.figures)
        line.refusal = "/etc/bursar/bursar.yaml:12:7: unknown key \"drian\"; did you mean \"drain\"?"
        #expect(line.text.hasPrefix("ready; reload refused: /etc/bursar/bursar.yaml:12:7: unknown key"))
        #expect(line.text.contains("; 12 waiting"))
    }

    @Test func `another daemon's file is named, after a refused reload`() {
        var line = StatusLine(phase: .ready, figures: Self.figures, refusal: "bursar.yaml:1:1: wrong")
        line.dispute = "the file of the daemon on there, process 42, holds"
        #expect(
            line.text.hasPrefix(
                "ready; reload refused: bursar.yaml:1:1: wrong; fires no schedule of its file: the file of the daemon"))
    }

    @Test func `the manager gets at most 200 characters of the longest line, with the place of a refusal in them`() {
        let path = "/etc/bursar/bursar.yaml.d/" + String(repeating: "n", count: 64) + ".yaml"
        let schedule = String(repeating: "é", count: 120)
        let zone = "America/Argentina/ComodRivadavia"
        var line = StatusLine(phase: .degraded(since: Instant(seconds: 253_402_300_799)), generation: .max)
        line.figures = StatusLine.Figures(
            waiting: .max, running: .max, parked: .max, oldestDue: .seconds(Int64.max),
            next: "\(schedule) 04:00 \(zone)", roundTrip: .seconds(3_600))
        line.refusal = "\(path):10000:1000: " + String(repeating: "wrong ", count: 100)
        line.dispute = "the file of the daemon on " + String(repeating: "h", count: 64)
        let sent = String(ServiceState.status(line.text).assignment.dropFirst("STATUS=".count))
        #expect(sent.unicodeScalars.count <= 200)
        #expect(sent.hasPrefix("degraded: the database does not answer"))
        #expect(sent.contains(".yaml:10000:1000:"))
    }

    @Test(arguments: [
        StatusLine.Phase.starting("one\nREADY=1"), .ready, .degraded(since: Instant(seconds: 0)), .stopping(running: 3),
    ])
    func `each phase is one line of the manager`(phase: StatusLine.Phase) {
        var line = StatusLine(phase: phase, figures: Self.figures, refusal: "a\nb", dispute: "c\r\nWATCHDOG=1")
        line.generation = 2
        let sent = ServiceState.status(line.text).assignment
        #expect(!sent.contains { $0.isNewline })
        #expect(sent.unicodeScalars.count <= "STATUS=".count + 200)
    }
}
