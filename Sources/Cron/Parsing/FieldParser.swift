/// Reads one field: items between commas. Positions are bytes of the whole text, so that an error can point at them.
struct FieldParser {
    let field: CronField
    let bytes: [UInt8]
    let start: Int
    let end: Int
    private(set) var cursor: Int
    private var found = FieldItems()

    init(_ field: CronField, _ bytes: [UInt8], from start: Int, to end: Int) {
        self.field = field
        self.bytes = bytes
        self.start = start
        self.end = end
        cursor = start
    }

    mutating func items() throws(CronError) -> FieldItems {
        found.beginsWithStar = next == UInt8(ascii: "*")
        try item()
        while skip(",") { try item() }
        guard next == nil else { throw unexpected() }
        if field == .dayOfWeek { found.mask = found.mask & 0x7F | found.mask >> 7 & 1 }
        return found
    }

    private mutating func item() throws(CronError) {
        guard let first = next, first != UInt8(ascii: ",") else { throw emptyItem() }
        if skip("*") {
            insert(field.range.lowerBound, field.range.upperBound, step: try step() ?? 1)
            return
        }
        let begin = cursor
        if try lastDay() { return }
        let from = try value()
        if try special(from, at: begin) { return }
        if skip("-") {
            let nameBegin = cursor
            var to = try value()
            // Sunday ends a week as well as it begins one: FRI-SUN is 5-7. By name only; 5-0 stays reversed.
            if field == .dayOfWeek, to == 0, from > 0, isLetter(at: nameBegin) { to = 7 }
            guard from <= to else { throw .reversedRange(field, from, to, at: begin) }
            insert(from, to, step: try step() ?? 1)
        } else if let step = try step() {
            insert(from, field.range.upperBound, step: step)
        } else {
            insert(from, from, step: 1)
        }
    }

    private mutating func insert(_ from: Int, _ to: Int, step: Int) {
        for number in stride(from: from, through: to, by: step) { found.mask |= 1 << UInt64(number) }
    }

    /// `/n`, or nothing.
    private mutating func step() throws(CronError) -> Int? {
        guard skip("/") else { return nil }
        let begin = cursor
        guard let step = number() else { throw .missingStep(field, at: begin) }
        guard step > 0 else { throw .zeroStep(field, at: begin) }
        return step
    }

    /// `L` and `LW` among the days of the month.
    private mutating func lastDay() throws(CronError) -> Bool {
        guard field == .dayOfMonth, isLetter("L", at: cursor) else { return false }
        if isLetter("W", at: cursor + 1) {
            try endItem(after: cursor + 2)
            found.takesLastWorkday = true
            return true
        }
        if cursor + 1 < end, bytes[cursor + 1] == UInt8(ascii: "-") { throw .offsetFromLast(at: cursor) }
        guard !isLetter(at: cursor + 1) else { return false }
        try endItem(after: cursor + 1)
        found.takesLastDay = true
        return true
    }

    /// What may follow a day: `W` among the dates, `L` and `#n` among the weekdays.
    private mutating func special(_ day: Int, at begin: Int) throws(CronError) -> Bool {
        if field == .dayOfMonth, isLetter("W", at: cursor) {
            try endItem(after: cursor + 1)
            found.nearestTo |= 1 << UInt32(day)
            return true
        }
        guard field == .dayOfWeek else { return false }
        if isLetter("L", at: cursor) {
            try endItem(after: cursor + 1)
            found.lastWeekdays |= 1 << UInt8(day % 7)
            return true
        }
        guard skip("#") else { return false }
        let numberBegin = cursor
        guard let count = number(), (1...5).contains(count) else { throw .badOccurrence(at: numberBegin) }
        try endItem(after: cursor)
        found.nthWeekdays |= 1 << UInt64((count - 1) * 7 + day % 7)
        return true
    }

    /// Moves to `index`, where the item must end: `15W`, `L`, `5L` and `5#3` stand alone, in no range and with no step.
    private mutating func endItem(after index: Int) throws(CronError) {
        cursor = index
        guard let byte = next, byte != UInt8(ascii: ",") else { return }
        guard byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") else { throw unexpected() }
        throw .specialInRange(field, at: index)
    }

    /// A number in the field's range, or one of its names.
    private mutating func value() throws(CronError) -> Int {
        let begin = cursor
        if let number = number() {
            guard field.range.contains(number) else {
                throw .outOfRange(field, text(from: begin, to: cursor), at: begin)
            }
            return number
        }
        guard isLetter(at: cursor) else { throw unexpected() }
        while isLetter(at: cursor) { cursor += 1 }
        let word = text(from: begin, to: cursor)
        if let index = field.names.firstIndex(of: word.uppercased()) { return index + field.firstNamed }
        // FRIL: the L belongs to the item, not to the name.
        if field == .dayOfWeek, word.utf8.count == 4, isLetter("L", at: cursor - 1),
            let index = field.names.firstIndex(of: word.dropLast().uppercased())
        {
            cursor -= 1
            return index
        }
        throw .unknownWord(field, word, at: begin)
    }
}

// MARK: - Characters

extension FieldParser {
    /// Numbers are cut off here: anything larger is out of every range, and a larger step takes the first number alone.
    private static let largestNumber = 99_999

    private var next: UInt8? { cursor < end ? bytes[cursor] : nil }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        cursor += 1
        return true
    }

    private mutating func number() -> Int? {
        let begin = cursor
        var value = 0
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            value = min(value * 10 + Int(byte - UInt8(ascii: "0")), Self.largestNumber)
            cursor += 1
        }
        return cursor > begin ? value : nil
    }

    private func isLetter(at index: Int) -> Bool {
        index < end && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[index] | 0x20)
    }

    /// Whether that capital stands at the index, in either case.
    private func isLetter(_ capital: Unicode.Scalar, at index: Int) -> Bool {
        index < end && bytes[index] & ~0x20 == UInt8(ascii: capital)
    }

    private func text(from begin: Int, to end: Int) -> String {
        String(decoding: bytes[begin..<end], as: UTF8.self)
    }

    private func unexpected() -> CronError {
        guard let byte = next, byte != UInt8(ascii: ",") else {
            return .endsEarly(field, after: text(from: start, to: cursor), at: cursor)
        }
        let isFirst = cursor == start || bytes[cursor - 1] == UInt8(ascii: ",")
        return .unexpectedCharacter(field, byte, isFirst: isFirst, at: cursor)
    }

    private func emptyItem() -> CronError {
        // The comma to blame: the one just read, or the one at the front.
        let comma = cursor == start ? cursor : cursor - 1
        return .emptyItem(field, isLast: next == nil, isFirst: cursor == start, at: comma)
    }
}
