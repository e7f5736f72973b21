import AdminAPI
import Primitives

/// Shows how far a run is: a bar that is redrawn on a terminal, a line now and then elsewhere.
struct ProgressBar {
    private let stream: TextStream
    private var isDrawn = false
    private var lastLine: (percent: Int, at: Instant)?

    /// Elsewhere than on a terminal, a line is written when so many percent were done since the last …
    private static let linePercent = 10
    /// … or after this time.
    private static let linePause = Duration.seconds(10)
    private static let barWidth = 28

    init(on stream: TextStream) {
        self.stream = stream
    }

    /// Shows the run's present state.
    mutating func show(_ run: RunAnswer, now: Instant) throws(OutputClosed) {
        if stream.isInteractive {
            try stream.write("\r\u{1B}[K" + cut(bar(run)))
            isDrawn = true
        } else if isWorthALine(run, now: now) {
            lastLine = (Self.percent(run), now)
            try stream.line(Self.words(run))
        }
    }

    /// Removes the bar, so that what follows begins on a clean line.
    mutating func clear() throws(OutputClosed) {
        guard isDrawn else { return }
        isDrawn = false
        try stream.write("\r\u{1B}[K")
    }

    private func isWorthALine(_ run: RunAnswer, now: Instant) -> Bool {
        guard let lastLine else { return true }
        return Self.percent(run) >= lastLine.percent + Self.linePercent || now - lastLine.at >= Self.linePause
    }

    private static func percent(_ run: RunAnswer) -> Int {
        Int(((run.progress?.share ?? 0) * 100).rounded(.down))
    }

    private func bar(_ run: RunAnswer) -> String {
        guard let share = run.progress?.share else { return Self.words(run) }
        let filled = Int((min(max(share, 0), 1) * Double(Self.barWidth)).rounded(.down))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.barWidth - filled)
        return bar + " " + Self.words(run)
    }

    private func cut(_ text: String) -> String {
        guard let columns = stream.columns, text.count >= columns else { return text }
        return String(text.prefix(columns - 1))
    }

    /// `running 45% (45000 of 100000), 12000/s, 5 s left`.
    static func words(_ run: RunAnswer) -> String {
        guard run.state == "running", let progress = run.progress else { return run.state }
        var text = run.state
        if progress.share != nil { text += " \(percent(run))%" }
        text += progress.total.map { " (\(progress.done) of \($0))" } ?? " (\(progress.done))"
        if let rate = progress.ratePerSecond, rate > 0 {
            text += rate < 10 ? ", \((rate * 10).rounded() / 10)/s" : ", \(Int(rate.rounded()))/s"
        }
        if let eta = progress.etaSeconds { text += ", \(TimeText.duration(seconds: max(eta.rounded(), 1))) left" }
        return text
    }
}
