import AdminAPI
import Primitives

/// Times as people read them.
enum TimeText {
    /// `2026-10-15 12:34:56Z`: without the fraction, so that columns stay narrow.
    static func instant(_ instant: Instant) -> String {
        Instant(seconds: instant.seconds).rfc3339.replacing("T", with: " ")
    }

    /// `-` for nil.
    static func instant(_ optional: Instant?) -> String {
        optional.map { instant($0) } ?? "-"
    }

    /// `240 ms`, `1.5 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
    static func duration(seconds: Double) -> String { DurationText.words(seconds: seconds) }

    /// `in 3 min 20 s`, `2 h ago`, `now`.
    static func distance(from now: Instant, to instant: Instant) -> String {
        let seconds = (instant - now).inSeconds
        if abs(seconds) < 1 { return "now" }
        let whole = seconds.rounded(.towardZero)
        return whole > 0 ? "in \(duration(seconds: whole))" : "\(duration(seconds: -whole)) ago"
    }
}
