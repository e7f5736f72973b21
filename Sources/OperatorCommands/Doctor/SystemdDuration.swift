/// Durations as systemd shows them: `1min 30s`.
enum SystemdDuration {
    private static let microseconds: [String: Double] = [
        "us": 1, "ms": 1e3, "s": 1e6, "min": 60e6, "h": 3_600e6, "d": 86_400e6, "w": 604_800e6,
    ]
    /// Beyond a thousand years a number is not worth reading.
    private static let most = 3.2e16

    /// Nil for what is none; `infinity` is longer than any other.
    static func read(_ text: String) -> Duration? {
        if text == "infinity" { return .microseconds(Int64(most)) }
        var total = 0.0
        let words = text.split(separator: " ")
        guard !words.isEmpty else { return nil }
        for word in words {
            let digits = word.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            guard let number = Double(digits), let unit = microseconds[String(word.dropFirst(digits.count))] else {
                return nil
            }
            total += number * unit
        }
        return .microseconds(Int64(min(total, most).rounded()))
    }
}
