import Primitives

// Bytes of an answer, written in place: a hundred thousand lines a second leave no room for a String each.

extension [UInt8] {
    /// A whole second in RFC 3339, in quotes. The year must be one of 0 to 9999.
    mutating func append(rfc3339 instant: Instant) {
        let time = CivilDateTime(wallSeconds: instant.seconds)
        append(UInt8(ascii: "\""))
        append(digits: time.date.year / 100)
        append(digits: time.date.year % 100)
        append(UInt8(ascii: "-"))
        append(digits: time.date.month)
        append(UInt8(ascii: "-"))
        append(digits: time.date.day)
        append(UInt8(ascii: "T"))
        append(digits: time.hour)
        append(UInt8(ascii: ":"))
        append(digits: time.minute)
        append(UInt8(ascii: ":"))
        append(digits: time.second)
        append(UInt8(ascii: "Z"))
        append(UInt8(ascii: "\""))
    }

    /// Two digits.
    private mutating func append(digits number: Int) {
        append(UInt8(ascii: "0") + UInt8(number / 10))
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    /// A JSON string. Control characters are escaped, so an answer is always one line.
    mutating func append(json text: String) {
        let hexDigits = Array("0123456789abcdef".utf8)
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0..<0x20, 0x7F:
                append(contentsOf: #"\u00"#.utf8)
                append(hexDigits[Int(byte >> 4)])
                append(hexDigits[Int(byte & 0x0F)])
            default: append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}
