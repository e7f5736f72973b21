/// Splits Swift source into tokens and comments, so that no rule is fooled by what a string or a comment says.
///
/// Knows nested block comments, multi-line and raw strings, code inside interpolations and regular expressions.
/// Whether a bare `/` opens a regular expression is guessed from the token before it, as the compiler does.
/// Broken source never traps: an open literal ends with its line, or with the file.
struct SwiftLexer {
    private(set) var tokens: [SwiftToken] = []
    private(set) var comments: [SwiftComment] = []

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var lastCodeLine = 0

    init(_ source: String) {
        bytes = Array(source.utf8)
        tokens.reserveCapacity(bytes.count / 5)
        scanCode(insideInterpolation: false)
    }

    // MARK: Code

    /// Ends with the file, or with the parenthesis that closes the interpolation it stands in.
    private mutating func scanCode(insideInterpolation: Bool) {
        var depth = 0
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                index += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                index += 1
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
                scanLineComment()
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
                scanBlockComment()
            case UInt8(ascii: "/") where opensRegex():
                scanBareRegex()
            case UInt8(ascii: "\""):
                scanString(hashes: 0)
            case UInt8(ascii: "#"):
                scanHash()
            case UInt8(ascii: "`"):
                scanBackticked()
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                scanNumber()
            case _ where Self.continuesWord(byte):
                scanWord()
            default:
                if insideInterpolation, byte == UInt8(ascii: ")"), depth == 0 { return }
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") { depth -= 1 }
                append(.sign, from: index, to: index + 1)
                index += 1
            }
        }
    }

    private mutating func scanWord() {
        let start = index
        while let byte = peek(), Self.continuesWord(byte) { index += 1 }
        append(.word, from: start, to: index)
    }

    private mutating func scanBackticked() {
        let start = index + 1
        index = start
        while let byte = peek(), byte != UInt8(ascii: "`"), byte != UInt8(ascii: "\n") { index += 1 }
        append(.word, from: start, to: index)
        tokens[tokens.count - 1].isBackticked = true
        if peek() == UInt8(ascii: "`") { index += 1 }
    }

    private mutating func scanNumber() {
        let start = index
        while let byte = peek() {
            let isFraction = byte == UInt8(ascii: ".") && peek(1).map(Self.isDigit) == true
            guard Self.continuesWord(byte) || isFraction else { break }
            index += 1
        }
        append(.number, from: start, to: index)
    }

    /// A raw string, an extended regular expression, or a directive such as `#if`.
    private mutating func scanHash() {
        var hashes = 0
        while peek(hashes) == UInt8(ascii: "#") { hashes += 1 }
        switch peek(hashes) {
        case UInt8(ascii: "\""):
            index += hashes
            scanString(hashes: hashes)
        case UInt8(ascii: "/"):
            scanExtendedRegex(hashes: hashes)
        default:
            let start = index
            index += hashes
            while let byte = peek(), Self.continuesWord(byte) { index += 1 }
            append(.word, from: start, to: index)
        }
    }

    // MARK: Comments

    private mutating func scanLineComment() {
        let start = index
        let standsAlone = lastCodeLine != line
        while let byte = peek(), byte != UInt8(ascii: "\n") { index += 1 }
        appendComment(from: start, firstLine: line, standsAlone: standsAlone)
    }

    private mutating func scanBlockComment() {
        let start = index
        let firstLine = line
        let standsAlone = lastCodeLine != line
        var depth = 0
        repeat {
            if peek() == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                depth += 1
                index += 2
            } else if peek() == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                depth -= 1
                index += 2
            } else {
                if peek() == UInt8(ascii: "\n") { line += 1 }
                index += 1
            }
        } while depth > 0 && index < bytes.count
        appendComment(from: start, firstLine: firstLine, standsAlone: standsAlone)
    }

    // MARK: Strings

    /// Starts at the opening quote, behind the number signs of a raw string.
    private mutating func scanString(hashes: Int) {
        let quote = UInt8(ascii: "\"")
        // `#"""#` is one quote in a raw string: three quotes open several lines only at the end of their own.
        let isMultiline = peek(1) == quote && peek(2) == quote && Self.isSpace(peek(3))
        let quotes = isMultiline ? 3 : 1
        index += quotes
        var start = index
        var startLine = line
        while let byte = peek() {
            if closes(at: index, quotes: quotes, hashes) {
                append(.text, from: start, to: index, line: startLine)
                index += quotes + hashes
                return
            }
            if byte == UInt8(ascii: "\n") {
                if !isMultiline { break }
                line += 1
                index += 1
            } else if byte == UInt8(ascii: "\\"), hasHashes(at: index + 1, hashes) {
                if peek(1 + hashes) == UInt8(ascii: "(") {
                    append(.text, from: start, to: index, line: startLine)
                    scanInterpolation(hashes: hashes)
                    start = index
                    startLine = line
                } else {
                    index += 1 + hashes
                    if index < bytes.count, peek() != UInt8(ascii: "\n") { index += 1 }
                }
            } else {
                index += 1
            }
        }
        append(.text, from: start, to: min(index, bytes.count), line: startLine)
    }

    private mutating func scanInterpolation(hashes: Int) {
        index += 1 + hashes
        append(.sign, from: index, to: index + 1)
        index += 1
        scanCode(insideInterpolation: true)
        guard index < bytes.count else { return }
        append(.sign, from: index, to: index + 1)
        index += 1
    }

    private func closes(at position: Int, quotes: Int, _ hashes: Int) -> Bool {
        for offset in 0..<quotes where byte(at: position + offset) != UInt8(ascii: "\"") { return false }
        return hasHashes(at: position + quotes, hashes)
    }

    private func hasHashes(at position: Int, _ hashes: Int) -> Bool {
        for offset in 0..<hashes where byte(at: position + offset) != UInt8(ascii: "#") { return false }
        return true
    }

    // MARK: Regular expressions

    /// A slash opens one where a value may begin, if another slash on the line closes it.
    private func opensRegex() -> Bool {
        guard let next = peek(1), !" \t\n)/*".utf8.contains(next) else { return false }
        if let last = tokens.last {
            switch last.kind {
            case .number, .text, .regex: return false
            case .word: guard Self.wordsBeforeValues.contains(last.text), !last.isBackticked else { return false }
            case .sign: guard !")]}.".contains(last.text) else { return false }
            }
        }
        return endOfBareRegex() != nil
    }

    private func endOfBareRegex() -> Int? {
        var position = index + 1
        while let byte = byte(at: position), byte != UInt8(ascii: "\n") {
            if byte == UInt8(ascii: "/") { return position }
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    private mutating func scanBareRegex() {
        guard let end = endOfBareRegex() else { return }
        append(.regex, from: index + 1, to: end)
        index = end + 1
    }

    private mutating func scanExtendedRegex(hashes: Int) {
        let start = index + hashes + 1
        let startLine = line
        index = start
        while let byte = peek() {
            if byte == UInt8(ascii: "/"), hasHashes(at: index + 1, hashes) { break }
            if byte == UInt8(ascii: "\n") { line += 1 }
            index += 1
        }
        append(.regex, from: start, to: index, line: startLine)
        index = min(index + 1 + hashes, bytes.count)
    }

    // MARK: Bytes

    private func peek(_ offset: Int = 0) -> UInt8? {
        byte(at: index + offset)
    }

    private func byte(at position: Int) -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func append(_ kind: SwiftToken.Kind, from start: Int, to end: Int, line: Int? = nil) {
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        tokens.append(SwiftToken(kind: kind, text: text, line: line ?? self.line))
        lastCodeLine = self.line
    }

    private mutating func appendComment(from start: Int, firstLine: Int, standsAlone: Bool) {
        let text = String(decoding: bytes[start..<min(index, bytes.count)], as: UTF8.self)
        let isDocumentation = text.hasPrefix("///") || (text.hasPrefix("/**") && !text.hasPrefix("/**/"))
        comments.append(
            SwiftComment(
                text: text, lines: firstLine...line, isDocumentation: isDocumentation, standsAlone: standsAlone))
    }

    private static let wordsBeforeValues: Set<String> = [
        "await", "case", "else", "if", "in", "return", "throw", "try", "where", "while", "#if", "#elseif",
    ]

    private static func isSpace(_ byte: UInt8?) -> Bool {
        byte.map { " \t\r\n".utf8.contains($0) } ?? true
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func continuesWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...: true
        default: false
        }
    }
}
