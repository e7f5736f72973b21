// Refusals of an expression as a whole. Each names what was found and what to write; indices become columns here.

extension CronError {
    static var empty: CronError {
        CronError(
            field: nil, position: 1, message: "the expression is empty",
            hint: "write five fields: minute, hour, day of month, month, day of week, such as 0 9 * * 1")
    }

    static func tooLong(_ count: Int) -> CronError {
        CronError(
            field: nil, position: CronExpression.longestText + 1,
            message: "the expression has \(count) bytes, more than the \(CronExpression.longestText) that are read",
            hint: "write ranges and steps instead of long lists")
    }

    static func tooFewFields(_ count: Int, end: Int) -> CronError {
        let missing = CronField.allCases[count...].map(\.rawValue).joined(separator: ", ")
        return CronError(
            field: nil, position: end + 1,
            message: "\(count) field\(count == 1 ? "" : "s") where five are needed: no \(missing)",
            hint: "write minute, hour, day of month, month, day of week, with * for any")
    }

    static func tooManyFields(_ count: Int, at index: Int, withoutFirst rest: String?) -> CronError {
        let isSix = count == 6
        return CronError(
            field: nil, position: index + 1,
            message: isSix
                ? "six fields: seconds are not supported"
                : count == 7
                    ? "seven fields: neither seconds nor years are supported" : "\(count) fields where five are needed",
            hint: rest.map { "leave out the \(isSix ? "seconds" : "seconds and the year"): \($0)" }
                ?? "write minute, hour, day of month, month, day of week and nothing else")
    }

    static func zoneInside(_ text: String, at index: Int) -> CronError {
        CronError(
            field: nil, position: index + 1, message: "a zone or a setting inside the expression: \(text)",
            hint: "write the five fields alone and name the zone in the setting beside them")
    }

    static func unknownAlias(_ name: String, rest: String?, at index: Int) -> CronError {
        let known = "use @hourly, @daily, @midnight, @weekly, @monthly, @yearly or @annually, or write five fields"
        let (message, hint): (String, String) =
            switch name {
            case "@reboot":
                (
                    "@reboot is no time: a restart of the daemon would run the job",
                    "write five fields, such as 0 3 * * *"
                )
            case "@every":
                ("@every counts from a start, not by the clock", "write \(fields(forEvery: rest)) instead")
            case "@minutely": ("there is no alias @minutely", "write * * * * *")
            case "@weekdays": ("there is no alias @weekdays", "write 0 0 * * MON-FRI")
            case "@weekends": ("there is no alias @weekends", "write 0 0 * * SAT,SUN")
            case "@quarterly": ("there is no alias @quarterly", "write 0 0 1 */3 *")
            default: ("there is no alias \(name)", known)
            }
        return CronError(field: nil, position: index + 1, message: message, hint: hint)
    }

    /// Fields that come closest to an interval such as `15m` or `2h`, if it divides the hour or the day.
    private static func fields(forEvery interval: String?) -> String {
        guard let interval, let unit = interval.last, let count = Int(interval.dropLast()), count > 0 else {
            return "a step, such as */15 * * * *,"
        }
        switch unit {
        case "m" where count < 60 && 60 % count == 0: return count == 1 ? "* * * * *" : "*/\(count) * * * *"
        case "h" where count < 24 && 24 % count == 0: return count == 1 ? "0 * * * *" : "0 */\(count) * * *"
        default: return "a step, such as */15 * * * *,"
        }
    }

    static func textAfterAlias(_ name: String, at index: Int) -> CronError {
        CronError(
            field: nil, position: index + 1, message: "text after \(name), which is a whole expression",
            hint: "write \(name) alone, or five fields")
    }

    static func foreignCharacter(in text: String, at index: Int, field: CronField?) -> CronError {
        // The text before it is ASCII, so that bytes and columns agree up to here.
        let scalars = text.unicodeScalars
        let scalar = scalars.first { $0.value >= 0x7F || $0.value < 0x20 && $0 != "\t" } ?? "\u{FFFD}"
        let code = String(scalar.value, radix: 16, uppercase: true)
        let name = "U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code)"
        let (message, hint): (String, String) =
            if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                ("a control character, \(name)", "write one line, with spaces or tabs between the fields")
            } else if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
                ("\(scalar) (\(name)) is not an ASCII digit", "write \(Int(value))")
            } else if scalar.properties.isWhitespace || scalar.properties.generalCategory == .format {
                ("an invisible character, \(name)", "write spaces or tabs between the fields")
            } else if scalar.properties.generalCategory == .dashPunctuation || scalar == "−" {
                ("\(scalar) (\(name)) is not the hyphen of a range", "write -")
            } else {
                ("\(scalar) (\(name)) has no meaning here", "write ASCII: digits, names, * , - / L W #")
            }
        return CronError(field: field, position: index + 1, message: message, hint: hint)
    }

    static func impossibleDate(_ dates: String, at index: Int, months: UInt16) -> CronError {
        let longest = (28...31).last { months & DaySet.months(withLength: $0) != 0 } ?? 31
        let names = CronField.month.range.filter { months & (1 << UInt16($0)) != 0 }
            .map { CronField.month.names[$0 - 1].capitalizedName }.joined(separator: ", ")
        return CronError(
            field: .dayOfMonth, position: index + 1,
            message: "no listed month has such a day: \(dates) with \(names), of \(longest) days at most",
            hint: "write a day up to \(longest), L for the last one, or another month")
    }

    static func dayFieldsNeverMeet(_ dates: String, _ weekdays: String, at index: Int) -> CronError {
        CronError(
            field: .dayOfWeek, position: index + 1,
            message: "no day is both \(dates) and \(weekdays), and a field that begins with * asks for both",
            hint: "write * in one of the day fields, or list the days without a leading *")
    }
}

extension String {
    /// `JAN` as `Jan`.
    var capitalizedName: String { prefix(1) + dropFirst().lowercased() }
}
