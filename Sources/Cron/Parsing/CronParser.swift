/// Reads a text into an expression: fields, aliases, and what the fields mean together. One field: `FieldParser`.
struct CronParser {
    /// A field as it stands in the text.
    struct Token {
        let start: Int
        let end: Int
    }

    private static let fieldCount = 5

    private let text: String
    private let bytes: [UInt8]

    init(_ text: String) throws(CronError) {
        self.text = text
        bytes = Array(text.utf8)
        guard bytes.count <= CronExpression.longestText else { throw .tooLong(bytes.count) }
        if let culprit = bytes.firstIndex(where: { $0 >= 0x7F || $0 < 0x20 && $0 != UInt8(ascii: "\t") }) {
            throw .foreignCharacter(in: text, at: culprit, field: field(at: culprit))
        }
    }

    func expression() throws(CronError) -> CronExpression {
        let tokens = tokens()
        guard let first = tokens.first else { throw .empty }
        if bytes[first.start] == UInt8(ascii: "@") { return try aliased(tokens) }
        if let zone = tokens.first(where: isZone) { throw .zoneInside(string(zone), at: zone.start) }
        guard tokens.count == Self.fieldCount else { throw wrongCount(tokens) }

        let minute = try field(.minute, tokens[0])
        let hour = try field(.hour, tokens[1])
        let dates = try field(.dayOfMonth, tokens[2])
        let month = try field(.month, tokens[3])
        let weekdays = try field(.dayOfWeek, tokens[4])
        let times = LocalTimeSet(
            minutes: minute.mask, hours: UInt32(hour.mask), months: UInt16(month.mask), days: DaySet(dates, weekdays))
        try requireSomeDay(times, tokens)
        return CronExpression(
            text: text, isFixed: !minute.beginsWithStar && !hour.beginsWithStar, times: times)
    }

    private func field(_ field: CronField, _ token: Token) throws(CronError) -> FieldItems {
        var parser = FieldParser(field, bytes, from: token.start, to: token.end)
        return try parser.items()
    }

    private func tokens() -> [Token] {
        var tokens: [Token] = []
        tokens.reserveCapacity(Self.fieldCount)
        var start: Int?
        for (index, byte) in bytes.enumerated() {
            let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
            if isBlank, let begun = start {
                tokens.append(Token(start: begun, end: index))
                start = nil
            } else if !isBlank, start == nil {
                start = index
            }
        }
        if let start { tokens.append(Token(start: start, end: bytes.count)) }
        return tokens
    }

    private func string(_ token: Token) -> String {
        String(decoding: bytes[token.start..<token.end], as: UTF8.self)
    }
}

// MARK: - Aliases

extension CronParser {
    private static let aliases = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    private func aliased(_ tokens: [Token]) throws(CronError) -> CronExpression {
        let name = string(tokens[0]).lowercased()
        guard let fields = Self.aliases[name] else {
            throw .unknownAlias(name, rest: tokens.count > 1 ? string(tokens[1]) : nil, at: tokens[0].start)
        }
        guard tokens.count == 1 else { throw .textAfterAlias(name, at: tokens[1].start) }
        let expression = try CronParser(fields).expression()
        return CronExpression(text: text, isFixed: expression.isFixed, times: expression.times)
    }
}

// MARK: - Refusals

extension CronParser {
    /// The field that holds a byte, by the blanks before it. Nil beyond the fifth.
    private func field(at index: Int) -> CronField? {
        var position = -1
        var previous = UInt8(ascii: " ")
        for byte in bytes[...index] {
            let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
            let followsBlank = previous == UInt8(ascii: " ") || previous == UInt8(ascii: "\t")
            if !isBlank, followsBlank { position += 1 }
            previous = byte
        }
        return CronField.allCases.indices.contains(position) ? CronField.allCases[position] : nil
    }

    /// `TZ=…`, `CRON_TZ=…`, `UTC`, or a name of the form `Area/City`.
    private func isZone(_ token: Token) -> Bool {
        let word = bytes[token.start..<token.end]
        if word.contains(UInt8(ascii: "=")) { return true }
        guard let slash = word.firstIndex(of: UInt8(ascii: "/")) else {
            return (word.count == 3 || word.count == 1) && ["UTC", "GMT", "Z"].contains(string(token).uppercased())
        }
        return slash > token.start && word[..<slash].allSatisfy(isLetter) && slash + 1 < token.end
            && isLetter(word[slash + 1])
    }

    private func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }

    private func wrongCount(_ tokens: [Token]) -> CronError {
        guard tokens.count > Self.fieldCount else { return .tooFewFields(tokens.count, end: bytes.count) }
        // What is left without the seconds of a six-field cron, if that makes sense.
        let rest = tokens.dropFirst().prefix(Self.fieldCount).map { string($0) == "?" ? "*" : string($0) }
            .joined(separator: " ")
        let isExpression = (try? CronExpression(rest)) != nil
        return .tooManyFields(
            tokens.count, at: tokens[Self.fieldCount].start, withoutFirst: isExpression ? rest : nil)
    }

    /// Refuses dates that no listed month has, and day fields that both must match and never do.
    private func requireSomeDay(_ times: LocalTimeSet, _ tokens: [Token]) throws(CronError) {
        let days = times.days
        let lengths = (28...31).filter { times.months & DaySet.months(withLength: $0) != 0 }
        guard days.hasDate(inMonthOf: lengths.last ?? 31) else {
            throw .impossibleDate(string(tokens[2]), at: tokens[2].start, months: times.months)
        }
        let meets = lengths.contains { length in
            (0...6).contains { days.days(monthLength: length, firstWeekday: $0) != 0 }
        }
        guard meets else { throw .dayFieldsNeverMeet(string(tokens[2]), string(tokens[4]), at: tokens[4].start) }
    }
}
