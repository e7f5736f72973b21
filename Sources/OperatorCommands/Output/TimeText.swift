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
    static func duration(seconds: Double) -> String {
        guard seconds.isFinite else { return "-" }
        if seconds < 0 { return "-" + duration(seconds: -seconds) }
        if seconds < 0.9995 { return "\(Int((seconds * 1_000).rounded())) ms" }
        if seconds < 59.95 { return tenths(seconds) + " s" }
        let whole = Int64(min(seconds.rounded(), 1e15))
        if whole < 3_600 { return pair(whole / 60, "min", whole % 60, "s") }
        if whole < 86_400 { return pair(whole / 3_600, "h", whole / 60 % 60, "min") }
        return pair(whole / 86_400, "d", whole / 3_600 % 24, "h")
    }

    /// `in 3 min 20 s`, `2 h ago`, `now`.
    static func distance(from now: Instant, to instant: Instant) -> String {
        let seconds = (instant - now).inSeconds
        if abs(seconds) < 1 { return "now" }
        let whole = seconds.rounded(.towardZero)
        return whole > 0 ? "in \(duration(seconds: whole))" : "\(duration(seconds: -whole)) ago"
    }

    private static func tenths(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
    }

    private static func pair(_ major: Int64, _ majorUnit: String, _ minor: Int64, _ minorUnit: String) -> String {
        minor == 0 ? "\(major) \(majorUnit)" : "\(major) \(majorUnit) \(minor) \(minorUnit)"
    }
}
