/// Elapsed time as people read it.
package enum DurationText {
    /// `240 ms`, `1.5 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
    package static func words(seconds: Double) -> String {
        guard seconds.isFinite else { return "-" }
        if seconds < 0 { return "-" + words(seconds: -seconds) }
        if seconds < 0.9995 { return "\(Int((seconds * 1_000).rounded())) ms" }
        if seconds < 59.95 { return tenths(seconds) + " s" }
        let whole = Int64(min(seconds.rounded(), 1e15))
        if whole < 3_600 { return pair(whole / 60, "min", whole % 60, "s") }
        if whole < 86_400 { return pair(whole / 3_600, "h", whole / 60 % 60, "min") }
        return pair(whole / 86_400, "d", whole / 3_600 % 24, "h")
    }

    private static func tenths(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
    }

    private static func pair(_ major: Int64, _ majorUnit: String, _ minor: Int64, _ minorUnit: String) -> String {
        minor == 0 ? "\(major) \(majorUnit)" : "\(major) \(majorUnit) \(minor) \(minorUnit)"
    }
}
