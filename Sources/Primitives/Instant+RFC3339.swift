extension Instant {
    /// Reads an RFC 3339 timestamp with its offset, such as `2026-10-15T12:34:56Z` or `…:56.25-03:00`.
    ///
    /// Nil for anything else: an offset is required, since a time without one names no instant.
    package init?(rfc3339 text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(digits: 4), scanner.skip("-"),
            let month = scanner.number(digits: 2), scanner.skip("-"),
            let day = scanner.number(digits: 2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let hour = scanner.number(digits: 2), scanner.skip(":"),
            let minute = scanner.number(digits: 2), scanner.skip(":"),
            let second = scanner.number(digits: 2),
            let date = CivilDate(year: year, month: month, day: day),
            hour < 24, minute < 60, second < 60,
            let fraction = scanner.microseconds(),
            let offset = scanner.offsetSeconds(), scanner.isAtEnd
        else { return nil }
        let clock = CivilDateTime(date: date, secondOfDay: hour * 3_600 + minute * 60 + second)
        let whole: Int64 = clock.wallSeconds - offset
        self.init(microseconds: whole * 1_000_000 + fraction)
    }

    /// RFC 3339 in UTC, with as many fraction digits as are needed: `2026-10-15T12:34:56Z`.
    package var rfc3339: String {
        let whole = seconds
        let remainder = Int(microseconds % 1_000_000)
        let fraction = remainder < 0 ? remainder + 1_000_000 : remainder
        let text = CivilDateTime(wallSeconds: whole).description
        guard fraction != 0 else { return text + "Z" }
        var digits = padded(fraction, 6)
        while digits.last == "0" { digits.removeLast() }
        return text + "." + digits + "Z"
    }
}

extension Instant: CustomStringConvertible {
    package var description: String { rfc3339 }
}

extension Instant: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let instant = Instant(rfc3339: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is not an RFC 3339 time with its offset")
        }
        self = instant
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rfc3339)
    }
}

/// Walks over the ASCII digits and separators of a timestamp.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func digit() -> Int? {
        guard let first = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return nil }
        rest.removeFirst()
        return Int(first - UInt8(ascii: "0"))
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let next = digit() else { return nil }
            value = value * 10 + next
        }
        return value
    }

    /// A fraction cut to six digits; zero when there is none, nil when it is empty.
    mutating func microseconds() -> Int64? {
        guard skip(".") else { return 0 }
        var value: Int64 = 0
        var count = 0
        while let next = digit() {
            if count < 6 { value = value * 10 + Int64(next) }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 6)..<6 { value *= 10 }
        return value
    }

    /// `Z`, or `±HH:MM`, in seconds east of Greenwich.
    mutating func offsetSeconds() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2),
            hours < 24, minutes < 60
        else { return nil }
        return sign * Int64(hours * 3_600 + minutes * 60)
    }
}
