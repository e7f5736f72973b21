/// The text of a file, split into lines as an editor counts them.
struct SourceText: Sendable {
    /// Without their ends; at least one.
    var lines: [String]

    /// Complaints about single characters before the rest of the file goes unread.
    private static let complaintsMax = 10

    /// What `bytes` say, or why they are no text.
    static func read(_ bytes: [UInt8]) -> Result<SourceText, SourceRefusal> {
        guard bytes.count <= ConfigurationSource.sizeMax else {
            let limit = ConfigurationSource.sizeMax
            return .failure(
                .wholeFile("the file is too large (expected at most \(limit) bytes, got \(bytes.count))", hint: nil))
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return .failure(
                .characters([.init(SourceMark(line: 1, column: 1), "UTF-16 text (expected UTF-8)", "save it as UTF-8")])
            )
        }
        var scanner = CharacterScanner()
        scanner.scan(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...])
        guard scanner.complaints.isEmpty else {
            return .failure(.characters(Array(scanner.complaints.prefix(complaintsMax))))
        }
        return .success(SourceText(lines: scanner.lines))
    }

    /// The nearest place that the text has.
    func clamped(_ mark: SourceMark) -> SourceMark {
        var line = min(max(mark.line, 1), lines.count)
        guard line == mark.line, line < lines.count || !lines[line - 1].isEmpty || lines.count == 1 else {
            // The end of the text: the end of its last line that holds something.
            while line > 1, lines[line - 1].isEmpty { line -= 1 }
            return SourceMark(line: line, column: lines[line - 1].unicodeScalars.count + 1)
        }
        let length = lines[line - 1].unicodeScalars.count
        return SourceMark(line: line, column: min(max(mark.column, 1), length + 1))
    }

    /// The scalars of a line, counted from 1; none beyond the end.
    func scalars(ofLine line: Int) -> [Unicode.Scalar] {
        lines.indices.contains(line - 1) ? Array(lines[line - 1].unicodeScalars) : []
    }

    /// Where the `position`th scalar, from 1, of the value of a scalar that begins at `mark` stands in the file.
    ///
    /// Falls back to the beginning where quotes, escapes or folding make that unclear.
    func place(of position: Int, in value: String, at mark: SourceMark, isQuoted: Bool) -> SourceMark {
        if value.isEmpty { return mark }
        let start = mark.column - 1 + (isQuoted ? 1 : 0)
        let before = Array(value.unicodeScalars.prefix(max(position - 1, 0)))
        let line = scalars(ofLine: mark.line)
        guard start + before.count <= line.count, Array(line[start..<start + before.count]) == before else {
            return mark
        }
        return SourceMark(line: mark.line, column: start + before.count + 1)
    }
}

/// Why bytes are not read as a configuration.
enum SourceRefusal: Error {
    struct Complaint {
        var mark: SourceMark
        var message: String
        var hint: String

        init(_ mark: SourceMark, _ message: String, _ hint: String) {
            self.mark = mark
            self.message = message
            self.hint = hint
        }
    }

    case wholeFile(String, hint: String?)
    case characters([Complaint])
}

/// Walks over bytes as UTF-8, counting lines and finding what no configuration may hold.
private struct CharacterScanner {
    var lines: [String] = []
    var complaints: [SourceRefusal.Complaint] = []
    private var line = String.UnicodeScalarView()
    private var column = 1

    mutating func scan(_ bytes: ArraySlice<UInt8>) {
        var iterator = bytes.makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        var pendingReturn = false
        reading: while true {
            let next = parser.parseScalar(from: &iterator)
            if pendingReturn {
                pendingReturn = false
                if case .valid(let encoded) = next, Unicode.UTF8.decode(encoded) == "\n" {
                    endLine()
                    continue
                }
                complain("a carriage return without a line feed", "end lines with a line feed")
            }
            switch next {
            case .emptyInput:
                break reading
            case .error:
                complain("a byte that is not UTF-8 (expected UTF-8 text)", "save the file as UTF-8")
                column += 1
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                if scalar == "\n" { endLine() } else if scalar == "\r" { pendingReturn = true } else { add(scalar) }
            }
        }
        lines.append(String(line))
    }

    private mutating func endLine() {
        lines.append(String(line))
        line = String.UnicodeScalarView()
        column = 1
    }

    private mutating func add(_ scalar: Unicode.Scalar) {
        if !Self.isAllowed(scalar) {
            let code = String(scalar.value, radix: 16, uppercase: true)
            let name = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
            let what = scalar == "\0" ? "a NUL character" : "the character \(name), which no configuration may hold"
            complain(what, "remove it")
        }
        line.append(scalar)
        column += 1
    }

    private mutating func complain(_ message: String, _ hint: String) {
        complaints.append(.init(SourceMark(line: lines.count + 1, column: column), message, hint))
    }

    /// What YAML allows, without the line breaks that only YAML sees, the marks that turn the direction of text around,
    /// and the private use area, which the reader keeps for itself.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x20...0x7E, 0xA0...0x2027, 0x2030...0x2065, 0x206A...0xD7FF, 0xF900...0xFEFE, 0xFF00...0xFFFD,
            0x1_0000...0x10_FFFF:
            true
        case 0x202F: true
        default: false
        }
    }
}
