import Logging

/// Metadata and messages as people read them.
enum TextFields {
    /// ` key=value key="other value"`, in order of the keys; nothing without metadata.
    static func pairs(of record: LogRecord) -> String {
        record.sortedMetadata.reduce(into: "") { text, pair in
            text += " \(plain(pair.key))=\(quoted(pair.value.text))"
        }
    }

    /// The message's lines, at least one, without what would steer a terminal.
    static func lines(of record: LogRecord) -> [String] {
        var lines = record.message.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        while lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { plain(String($0)) }
    }

    /// Text on one line in which a terminal finds nothing to obey.
    static func plain(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { plain, scalar in
            plain += isControl(scalar) ? escape(scalar) : String(scalar)
        }
    }

    /// The text, in quotes if it would not be read as one word.
    private static func quoted(_ text: String) -> String {
        let isWord = text.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && $0 != "=" && !isControl($0) }
        guard text.isEmpty || !isWord else { return text }
        return text.unicodeScalars.reduce(into: "\"") { quoted, scalar in
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            default: quoted += isControl(scalar) ? escape(scalar) : String(scalar)
            }
        } + "\""
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(scalar.value, radix: 16))}"
        }
    }
}
