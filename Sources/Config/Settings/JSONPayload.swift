/// Makes JSON text of a schedule's payload: keys sorted, no space, numbers as they were written.
enum JSONPayload {
    static let bytesMax = 16_384

    static func text(of node: YAMLNode) throws(SettingProblem) -> String {
        guard case .mapping = node.content else {
            throw SettingProblem(complaint: "is not a mapping", hint: "write key: value lines below it")
        }
        var text = ""
        try append(node, to: &text)
        guard text.utf8.count <= bytesMax else { throw SettingProblem(complaint: "is too long") }
        return text
    }

    private static func append(_ node: YAMLNode, to text: inout String) throws(SettingProblem) {
        switch node.content {
        case .mapping(let entries):
            text += "{"
            var previous: String?
            for entry in entries.sorted(by: { ($0.key, $0.keyMark) < ($1.key, $1.keyMark) }) {
                if entry.key == previous {
                    throw SettingProblem(complaint: "holds the key \(quoted(entry.key)) twice", mark: entry.keyMark)
                }
                if previous != nil { text += "," }
                previous = entry.key
                appendString(entry.key, to: &text)
                text += ":"
                try append(entry.value, to: &text)
            }
            text += "}"
        case .list(let items):
            text += "["
            for (index, item) in items.enumerated() {
                if index > 0 { text += "," }
                try append(item, to: &text)
            }
            text += "]"
        case .scalar(let value, .plain):
            text += try plain(value, at: node.mark)
        case .scalar(let value, _):
            appendString(value, to: &text)
        case .refused:
            text += "null"
        }
    }

    /// What a word without quotes means; refused where readers of YAML disagree.
    private static func plain(_ value: String, at mark: SourceMark) throws(SettingProblem) -> String {
        if value.isEmpty || value == "~" || value == "null" { return "null" }
        if value == "true" || value == "false" || isNumber(value) { return value }
        let words = ["yes", "no", "on", "off", "y", "n", "true", "false", "null"]
        if words.contains(value.lowercased()) || looksLikeNumber(value) {
            throw SettingProblem(
                complaint: "holds \(quoted(value)), which may be text or not", hint: "quote it if it is text",
                mark: mark)
        }
        var text = ""
        appendString(value, to: &text)
        return text
    }

    /// Whether JSON reads it as a number.
    private static func isNumber(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        func digits() -> Int {
            let found = rest.prefix { (48...57).contains($0) }.count
            rest = rest.dropFirst(found)
            return found
        }
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let leadsWithZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, whole == 1 || !leadsWithZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard digits() > 0 else { return false }
        }
        if let exponent = rest.first, exponent | 0x20 == UInt8(ascii: "e") {
            rest.removeFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest.removeFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty && text.utf8.count <= 40
    }

    private static func looksLikeNumber(_ text: String) -> Bool {
        guard let first = text.utf8.first, (48...57).contains(first) || [43, 45, 46].contains(first) else {
            return false
        }
        let bare = text.filter { $0 != "_" }
        return Double(bare) != nil || bare.hasPrefix("0o") || bare.hasPrefix("0b")
    }

    private static func appendString(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let code = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
