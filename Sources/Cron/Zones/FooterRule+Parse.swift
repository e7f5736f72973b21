extension FooterRule {
    /// Reads the footer of a zone file, such as `EST5EDT,M3.2.0,M11.1.0` or `<-02>2<-01>,M3.5.0/-1,M10.5.0/0`.
    init(parsing bytes: some Collection<UInt8>) throws(TZifError) {
        var scanner = FooterScanner(bytes)
        try scanner.skipName()
        // POSIX counts west of Greenwich.
        standardOffset = -(try scanner.clock(hoursUpTo: 24))
        guard !scanner.isAtEnd else {
            daylight = nil
            return
        }
        try scanner.skipName()
        let offset = scanner.next == UInt8(ascii: ",") ? standardOffset + 3_600 : -(try scanner.clock(hoursUpTo: 24))
        try scanner.expect(",")
        let begins = try scanner.moment()
        try scanner.expect(",")
        let ends = try scanner.moment()
        guard scanner.isAtEnd else { throw scanner.error }
        daylight = Daylight(offset: offset, begins: begins, ends: ends)
    }
}

/// Walks over a POSIX TZ string.
private struct FooterScanner {
    private let bytes: [UInt8]
    private var cursor = 0

    init(_ bytes: some Collection<UInt8>) {
        self.bytes = Array(bytes)
    }

    var isAtEnd: Bool { cursor == bytes.count }
    var next: UInt8? { isAtEnd ? nil : bytes[cursor] }
    var error: TZifError { TZifError(reason: "its footer \"\(String(decoding: bytes, as: UTF8.self))\" is no rule") }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        cursor += 1
        return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(TZifError) {
        guard skip(character) else { throw error }
    }

    /// Three letters or more, or anything in angle brackets.
    mutating func skipName() throws(TZifError) {
        let start = cursor
        if skip("<") {
            while let byte = next, byte != UInt8(ascii: ">") { cursor += 1 }
            try expect(">")
            return
        }
        while let byte = next, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) { cursor += 1 }
        guard cursor - start >= 3 else { throw error }
    }

    mutating func number(upTo limit: Int) throws(TZifError) -> Int {
        var value = 0
        let start = cursor
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            guard value <= limit else { throw error }
            cursor += 1
        }
        guard cursor > start else { throw error }
        return value
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func clock(hoursUpTo limit: Int) throws(TZifError) -> Int {
        let sign = skip("-") ? -1 : 1
        if sign == 1 { _ = skip("+") }
        var seconds = try number(upTo: limit) * 3_600
        if skip(":") {
            seconds += try number(upTo: 59) * 60
            if skip(":") { seconds += try number(upTo: 59) }
        }
        return sign * seconds
    }

    /// `Mm.w.d`, `Jn` or `n`, with `/time` when that is not two in the morning. Version 3 allows a week either way.
    mutating func moment() throws(TZifError) -> FooterRule.Moment {
        let day: FooterRule.YearDay
        if skip("M") {
            let month = try number(upTo: 12)
            try expect(".")
            let week = try number(upTo: 5)
            try expect(".")
            day = .weekday(month: month, week: week, day: try number(upTo: 6))
            guard month > 0, week > 0 else { throw error }
        } else if skip("J") {
            let number = try number(upTo: 365)
            guard number > 0 else { throw error }
            day = .julian(number)
        } else {
            day = .zeroBased(try number(upTo: 365))
        }
        return FooterRule.Moment(day: day, seconds: skip("/") ? try clock(hoursUpTo: 167) : 7_200)
    }
}
