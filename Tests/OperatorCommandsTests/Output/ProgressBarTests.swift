import AdminAPI
import Primitives
import Testing

@testable import OperatorCommands

@Suite struct ProgressBarTests {
    private let start = Instant(seconds: 0)

    private func run(done: Int64, total: Int64? = 1_000, state: String = "running") -> RunAnswer {
        let share = total.map { Double(done) / Double($0) }
        return RunAnswer(
            executionID: .make(at: start), jobID: IntegerText(1), kind: "k", trigger: "manual", source: "a test",
            state: state,
            createdAt: start,
            progress: ProgressAnswer(
                done: IntegerText(done), total: total.map(IntegerText.init), share: share, ratePerSecond: 100,
                etaSeconds: 7.4))
    }

    @Test func `on a terminal one line is redrawn, and removed at the end`() throws {
        let recorder = Recorder()
        var bar = ProgressBar(on: recorder.stream(isInteractive: true, columns: 200))
        try bar.show(run(done: 500), now: start)
        try bar.show(run(done: 1_000), now: start)
        try bar.clear()
        try bar.clear()
        let half = String(repeating: "█", count: 14) + String(repeating: "░", count: 14)
        let full = String(repeating: "█", count: 28)
        #expect(
            recorder.text == "\r\u{1B}[K\(half) running 50% (500 of 1000), 100/s, 7 s left"
                + "\r\u{1B}[K\(full) running 100% (1000 of 1000), 100/s, 7 s left\r\u{1B}[K")
    }

    @Test func `on a narrow terminal the bar never wraps`() throws {
        let recorder = Recorder()
        var bar = ProgressBar(on: recorder.stream(isInteractive: true, columns: 30))
        try bar.show(run(done: 500), now: start)
        #expect(recorder.text.count == 29 + "\r\u{1B}[K".count)
    }

    @Test func `elsewhere a line is written each tenth, or when time has passed`() throws {
        let recorder = Recorder()
        var bar = ProgressBar(on: recorder.stream())
        for done in stride(from: 0, through: 1_000, by: 10) { try bar.show(run(done: Int64(done)), now: start) }
        #expect(recorder.text.split(separator: "\n").count == 11)
        try bar.show(run(done: 1_000), now: start + .seconds(9))
        #expect(recorder.text.split(separator: "\n").count == 11)
        try bar.show(run(done: 1_000), now: start + .seconds(10))
        #expect(recorder.text.split(separator: "\n").count == 12)
    }

    @Test func `without a total the count alone is shown, before the start the state`() {
        #expect(ProgressBar.words(run(done: 5, total: nil)) == "running (5), 100/s, 7 s left")
        #expect(ProgressBar.words(run(done: 5, state: "waiting")) == "waiting")
    }

    @Test(arguments: [
        (0.0004, "0 ms"), (0.24, "240 ms"), (0.9996, "1 s"), (1.5, "1.5 s"), (59.94, "59.9 s"), (59.96, "1 min"),
        (200, "3 min 20 s"),
        (7_500, "2 h 5 min"), (273_600, "3 d 4 h"), (-2, "-2 s"), (.infinity, "-"),
    ])
    func `durations read as people say them`(_ seconds: Double, _ text: String) {
        #expect(TimeText.duration(seconds: seconds) == text)
    }

    @Test func `distances say whether they lie ahead`() {
        #expect(TimeText.distance(from: start, to: start + .seconds(200)) == "in 3 min 20 s")
        #expect(TimeText.distance(from: start + .seconds(7_200), to: start) == "2 h ago")
        #expect(TimeText.distance(from: start, to: start) == "now")
    }
}
