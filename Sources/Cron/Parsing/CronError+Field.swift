// Refusals of one field. Each names what was found and what to write; indices become columns here.

extension CronError {
    private init(_ field: CronField, _ index: Int, _ message: String, _ hint: String) {
        self.init(field: field, position: index + 1, message: message, hint: hint)
    }

    static func emptyItem(_ field: CronField, isLast: Bool, isFirst: Bool, at index: Int) -> CronError {
        let place = isFirst ? "before the first comma" : isLast ? "after the last comma" : "between two commas"
        return CronError(field, index, "nothing \(place)", "leave out the comma or write what is missing")
    }

    static func endsEarly(_ field: CronField, after text: String, at index: Int) -> CronError {
        CronError(field, index, "\(text) ends too early", "write the end of the range, such as 1-5")
    }

    static func missingStep(_ field: CronField, at index: Int) -> CronError {
        CronError(field, index, "no number after /", "write the step in digits, such as */5")
    }

    static func zeroStep(_ field: CronField, at index: Int) -> CronError {
        CronError(field, index, "a step of 0 goes nowhere", "write a step of 1 or more, or leave it out")
    }

    static func outOfRange(_ field: CronField, _ number: String, at index: Int) -> CronError {
        let shown = number.utf8.count > 9 ? number.prefix(9) + "…" : number[...]
        let range = field.range
        let hint =
            switch (field, number) {
            case (.minute, "60"): "write 0: the full hour"
            case (.hour, "24"): "write 0: midnight"
            case (.dayOfMonth, "0"): "write 1 for the first day, L for the last"
            default: "write a number from \(range.lowerBound) to \(range.upperBound)"
            }
        return CronError(
            field, index,
            "\(shown) is not in the \(field.rawValue)'s range of \(range.lowerBound) to \(range.upperBound)", hint)
    }

    static func reversedRange(_ field: CronField, _ from: Int, _ to: Int, at index: Int) -> CronError {
        func span(_ first: Int, _ last: Int) -> String { first == last ? "\(first)" : "\(first)-\(last)" }
        let hint =
            switch (field, from, to) {
            case (.dayOfWeek, 7, _): span(0, to)
            case (.dayOfWeek, _, 0): span(from, 7)
            case (.dayOfWeek, _, _): "\(span(from, 7)),\(span(1, to))"
            default: "\(span(from, field.range.upperBound)),\(span(field.range.lowerBound, to))"
            }
        return CronError(field, index, "the range \(from)-\(to) runs backwards", "write \(hint)")
    }

    static func offsetFromLast(at index: Int) -> CronError {
        CronError(.dayOfMonth, index, "days before the last cannot be counted", "write L, LW or a day of the month")
    }

    static func badOccurrence(at index: Int) -> CronError {
        CronError(
            .dayOfWeek, index, "# needs a number from 1 to 5", "write 5#3 for the third Friday, 5L for the last")
    }

    static func specialInRange(_ field: CronField, at index: Int) -> CronError {
        let example = field == .dayOfMonth ? "L, LW and 15W" : "5L and 5#3"
        return CronError(
            field, index, "\(example) take no range and no step", "write them as items of their own, between commas")
    }

    static func unknownWord(_ field: CronField, _ word: String, at index: Int) -> CronError {
        let capitals = word.uppercased()
        let shown = word.utf8.count > 12 ? word.prefix(12) + "…" : word[...]
        func refusal(_ message: String, _ hint: String) -> CronError { CronError(field, index, message, hint) }
        if capitals == "H" {
            return refusal("H is Jenkins' word for a time of its own choice", "write the number yourself")
        }
        if capitals == "L", field == .dayOfWeek {
            return refusal("L alone is no weekday", "write 5L for the last Friday of the month, SAT for Saturday")
        }
        if capitals == "W", field == .dayOfMonth {
            return refusal("W needs a day before it", "write 15W for the workday nearest to the 15th")
        }
        if capitals.count > 3, let name = field.names.first(where: { capitals.hasPrefix($0) }) {
            return refusal("names have three letters, and \(shown) has \(word.count)", "write \(name)")
        }
        if let owner = [CronField.month, .dayOfWeek].first(where: { $0 != field && $0.names.contains(capitals) }) {
            return refusal("\(shown) belongs to the \(owner.rawValue)", "write it in the \(ordinal(of: owner)) field")
        }
        guard !field.names.isEmpty else {
            return refusal(
                "the \(field.rawValue) takes numbers, not \(shown)",
                "write a number from \(field.range.lowerBound) to \(field.range.upperBound), or *")
        }
        return refusal(
            "\(shown) is no name of a \(field == .month ? "month" : "day")",
            "write one of \(field.names.joined(separator: " "))")
    }

    private static func ordinal(of field: CronField) -> String {
        ["first", "second", "third", "fourth", "fifth"][CronField.allCases.firstIndex(of: field) ?? 0]
    }

    static func unexpectedCharacter(_ field: CronField, _ byte: UInt8, isFirst: Bool, at index: Int) -> CronError {
        let character = Unicode.Scalar(byte)
        let (message, hint): (String, String) =
            switch character {
            case "?": ("? has no meaning here", "write * instead: a day field with * leaves the choice to the other")
            case "~": ("~ would choose a time at random", "write the number yourself")
            case "/" where isFirst: ("a step without a start", "write */ before the number")
            case "-" where isFirst: ("a range without a start, or a negative number", "write both ends, such as 1-5")
            case "$": ("$ has no meaning here", "write L for the last day of the month")
            case ".": ("numbers are whole", "write digits only")
            case "#": ("# belongs to single days of the week", "write 5#3 in the fifth field for the third Friday")
            case "W" where field == .dayOfMonth, "w" where field == .dayOfMonth:
                ("W belongs to a single day", "write 15W for the workday nearest to the 15th")
            case "L" where field == .dayOfWeek, "l" where field == .dayOfWeek:
                ("L belongs to a single day of the week", "write 5L for the last Friday of the month")
            case "0"..."9":
                ("\(character) does not belong here", "write */\(character) for a step, or a comma between items")
            case "@": ("an alias is a whole expression", "write it alone")
            default: ("\(character) does not belong here", "write numbers, names, * , - /\(field.specials)")
            }
        return CronError(field, index, message, hint)
    }
}

extension CronField {
    /// What a hint adds for the two day fields.
    fileprivate var specials: String {
        switch self {
        case .dayOfMonth: " L W"
        case .dayOfWeek: " L #"
        case .minute, .hour, .month: ""
        }
    }
}
