/// A strict reader for one flat JSON object (RFC 8259), made for many short lines: a general decoder takes longer over
/// a line than the answer does.
struct JSONScanner {
    /// How deep a value that nobody asked for may nest.
    static let deepestNesting = 64

    private let bytes: [UInt8]
    private var cursor = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads the whole text as an object; `member` must read the value of each key.
    mutating func object(
        _ member: (inout JSONScanner, _ key: String) throws(BatchError) -> Void
    ) throws(BatchError) {
        skipBlanks()
        guard skip("{") else { throw malformed("an object was expected") }
        skipBlanks()
        if !skip("}") {
            repeat {
                skipBlanks()
                let key = try text()
                skipBlanks()
                guard skip(":") else { throw malformed("a colon was expected") }
                skipBlanks()
                try member(&self, key)
                skipBlanks()
            } while skip(",")
            guard skip("}") else { throw malformed("a comma or the end of the object was expected") }
        }
        skipBlanks()
        guard cursor == bytes.count else { throw malformed("text after the object") }
    }

    /// A string, as the value of a key.
    mutating func string(for key: String) throws(BatchError) -> String {
        guard next == UInt8(ascii: "\"") else { throw try wrongType(key, wanted: "a string") }
        return try text()
    }

    /// A whole number written without fraction and exponent, as the value of a key.
    mutating func integer(for key: String) throws(BatchError) -> Int {
        let start = cursor
        guard next == UInt8(ascii: "-") || isDigit(next) else { throw try wrongType(key, wanted: "a whole number") }
        try skipNumber()
        guard let number = Int(String(decoding: bytes[start..<cursor], as: UTF8.self)) else {
            cursor = start
            throw try wrongType(key, wanted: "a whole number")
        }
        return number
    }

    /// Reads over any value.
    mutating func skipValue(depth: Int = 0) throws(BatchError) {
        guard depth < Self.deepestNesting else { throw malformed("values nest deeper than \(Self.deepestNesting)") }
        switch next {
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "{"): try skipMembers(until: "}", depth: depth, keyed: true)
        case UInt8(ascii: "["): try skipMembers(until: "]", depth: depth, keyed: false)
        case UInt8(ascii: "t"): try skipWord("true")
        case UInt8(ascii: "f"): try skipWord("false")
        case UInt8(ascii: "n"): try skipWord("null")
        default: try skipNumber()
        }
    }

    private mutating func skipMembers(until close: Unicode.Scalar, depth: Int, keyed: Bool) throws(BatchError) {
        cursor += 1
        skipBlanks()
        if skip(close) { return }
        repeat {
            skipBlanks()
            if keyed {
                _ = try text()
                skipBlanks()
                guard skip(":") else { throw malformed("a colon was expected") }
                skipBlanks()
            }
            try skipValue(depth: depth + 1)
            skipBlanks()
        } while skip(",")
        guard skip(close) else { throw malformed("a comma or \(close) was expected") }
    }

    private mutating func skipWord(_ word: StaticString) throws(BatchError) {
        let end = cursor + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[cursor..<end].elementsEqual(word.description.utf8) else {
            throw malformed("a value was expected")
        }
        cursor = end
    }

    private mutating func skipNumber() throws(BatchError) {
        _ = skip("-")
        if !skip("0") { try skipDigits() }
        if skip(".") { try skipDigits() }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            cursor += 1
            if !skip("-") { _ = skip("+") }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(BatchError) {
        guard isDigit(next) else { throw malformed("a value was expected") }
        while isDigit(next) { cursor += 1 }
    }
}

// MARK: - Strings

extension JSONScanner {
    /// A string with its quotes. Plain ones are taken in one piece.
    private mutating func text() throws(BatchError) -> String {
        guard skip("\"") else { throw malformed("a string was expected") }
        let start = cursor
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                let text = try validated(bytes[start..<cursor])
                cursor += 1
                return text
            case UInt8(ascii: "\\"): return try escapedText(from: start)
            case 0..<0x20: throw malformed("a control character inside a string")
            default: cursor += 1
            }
        }
        throw malformed("a string does not end")
    }

    private mutating func escapedText(from start: Int) throws(BatchError) -> String {
        var content = Array(bytes[start..<cursor])
        while let byte = next {
            cursor += 1
            switch byte {
            case UInt8(ascii: "\""): return try validated(content[...])
            case UInt8(ascii: "\\"): content.append(contentsOf: String(try escape()).utf8)
            case 0..<0x20: throw malformed("a control character inside a string")
            default: content.append(byte)
            }
        }
        throw malformed("a string does not end")
    }

    private mutating func escape() throws(BatchError) -> Unicode.Scalar {
        guard let byte = next else { throw malformed("a string does not end") }
        cursor += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try escapedScalar()
        default: throw malformed("an unknown escape")
        }
    }

    /// Behind `\u`: four hex digits, or eight in two escapes beyond the basic plane.
    private mutating func escapedScalar() throws(BatchError) -> Unicode.Scalar {
        let unit = try codeUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard (0xD800..<0xDC00).contains(unit), skip("\\"), skip("u") else { throw malformed("half a surrogate pair") }
        let second = try codeUnit()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x1_0000 + (unit - 0xD800) << 10 + (second - 0xDC00))
        else { throw malformed("half a surrogate pair") }
        return scalar
    }

    private mutating func codeUnit() throws(BatchError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Unicode.Scalar(byte).hexDigit else {
                throw malformed("four hex digits were expected")
            }
            unit = unit << 4 | digit
            cursor += 1
        }
        return unit
    }

    private func validated(_ content: ArraySlice<UInt8>) throws(BatchError) -> String {
        guard let text = String(validating: content, as: UTF8.self) else { throw malformed("bytes that are no UTF-8") }
        return text
    }
}

// MARK: - Bytes and errors

extension JSONScanner {
    private var next: UInt8? { cursor < bytes.count ? bytes[cursor] : nil }

    private func isDigit(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        cursor += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { cursor += 1 }
    }

    /// A value of another type; malformed when it is none at all.
    private mutating func wrongType(_ key: String, wanted: String) throws(BatchError) -> BatchError {
        try skipValue()
        return BatchError(field: key, message: "\"\(key)\" is not \(wanted)", hint: "write \(wanted)")
    }

    private func malformed(_ reason: String) -> BatchError {
        BatchError(
            position: cursor + 1, message: "the line is no JSON object: \(reason)",
            hint: #"write {"expr":"0 9 * * 1","tz":"Asia/Kolkata","after":"2026-01-01T00:00:00Z","count":5}"#)
    }
}

extension Unicode.Scalar {
    fileprivate var hexDigit: UInt32? {
        switch self {
        case "0"..."9": value - 0x30
        case "a"..."f": value - 0x61 + 10
        case "A"..."F": value - 0x41 + 10
        default: nil
        }
    }
}
