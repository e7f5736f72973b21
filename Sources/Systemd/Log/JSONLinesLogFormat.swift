import Logging
import Primitives

/// One JSON object a line, for collectors. Names never change their meaning or type; all values are text but `line`.
struct JSONLinesLogFormat: LogFormat {
    let identifier: String

    func text(of record: LogRecord) -> String {
        var members = [
            "\"time\":\(Self.string(record.time.rfc3339))",
            "\"level\":\(Self.string(record.level.rawValue))",
            "\"message\":\(Self.string(record.message))",
            "\"service\":\(Self.string(identifier))",
            "\"logger\":\(Self.string(record.label))",
            "\"file\":\(Self.string(record.fileID))",
            "\"line\":\(record.line)",
            "\"function\":\(Self.string(record.function))",
        ]
        if !record.metadata.isEmpty {
            members.append("\"metadata\":\(Self.value(.dictionary(record.metadata), depth: 0))")
        }
        return "{" + members.joined(separator: ",") + "}\n"
    }

    /// Deeper than this, a value is text.
    private static let depthMax = 8

    private static func value(_ value: Logger.MetadataValue, depth: Int) -> String {
        guard depth < depthMax else { return string(value.text) }
        switch value {
        case .string, .stringConvertible: return string(value.text)
        case .array(let values):
            return "[" + values.map { self.value($0, depth: depth + 1) }.joined(separator: ",") + "]"
        case .dictionary(let values):
            let members = values.sorted { $0.key < $1.key }.map {
                "\(string($0.key)):\(self.value($0.value, depth: depth + 1))"
            }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    private static func string(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "\"") { json, scalar in
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\n": json += "\\n"
            case "\r": json += "\\r"
            case "\t": json += "\\t"
            case let control where control.value < 0x20 || control.value == 0x7F:
                let digits = String(control.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        } + "\""
    }
}
