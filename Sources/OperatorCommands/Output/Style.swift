/// How a piece of text stands out on a terminal that has colours.
enum Style: String, Sendable {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"

    /// The style of a state of a job, a run or a check.
    init?(state: String) {
        switch state {
        case "success", "done", "passed", "ready": self = .green
        case "running": self = .cyan
        case "warning", "parked", "paused", "cancelled": self = .yellow
        case "failed", "error": self = .red
        default: return nil
        }
    }
}

extension TextStream {
    /// `text` in a style where colours are wanted, as it is elsewhere.
    func styled(_ text: String, _ style: Style?) -> String {
        guard usesColour, let style else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }
}

/// `text` with what could move a cursor or hide something written as escapes.
func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { !isPlain($0) }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        if isPlain(scalar) {
            result.unicodeScalars.append(scalar)
        } else {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default: result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            }
        }
    }
    return result
}

private func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return false
    default: return true
    }
}
