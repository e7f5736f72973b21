import Logging
import Primitives

/// Lines for somebody who watches: time in UTC, level, message, key=value.
struct TerminalLogFormat: LogFormat {
    let color: Bool

    func text(of record: LogRecord) -> String {
        let lines = TextFields.lines(of: record)
        let indent = "\n" + String(repeating: " ", count: Self.time(record.time).count + Self.levelWidth + 2)
        let message = lines.joined(separator: indent)
        let pairs = TextFields.pairs(of: record)
        return "\(paint(Self.time(record.time), Self.dim)) \(paint(Self.name(record.level), Self.code(record.level))) "
            + "\(message)\(pairs.isEmpty ? "" : paint(pairs, Self.dim))\n"
    }

    private static let levelWidth = "critical".count
    private static let dim = "2"

    private static func name(_ level: Logger.Level) -> String {
        level.rawValue + String(repeating: " ", count: levelWidth - level.rawValue.count)
    }

    /// RFC 3339 with three digits after the second, always.
    private static func time(_ instant: Instant) -> String {
        let milliseconds = Int((instant - Instant(seconds: instant.seconds)).wholeMicroseconds / 1_000)
        let digits = String(milliseconds + 1_000).dropFirst()
        return Instant(seconds: instant.seconds).rfc3339.dropLast() + ".\(digits)Z"
    }

    private static func code(_ level: Logger.Level) -> String {
        switch level {
        case .critical: "1;31"
        case .error: "31"
        case .warning: "33"
        case .notice: "36"
        case .info: "32"
        case .debug, .trace: dim
        }
    }

    private func paint(_ text: String, _ code: String) -> String {
        color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
