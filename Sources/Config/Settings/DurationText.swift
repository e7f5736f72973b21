extension Duration {
    private static let units: [(name: String, microseconds: Int64)] = [
        ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1_000),
    ]
    private static let otherNames = [
        "sec": "s", "secs": "s", "second": "s", "seconds": "s", "S": "s", "min": "m", "mins": "m", "minute": "m",
        "minutes": "m", "M": "m", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "H": "h", "day": "d", "days": "d",
        "D": "d", "msec": "ms", "millis": "ms", "MS": "ms",
    ]
    private static let digitsMax = 9

    /// Reads whole numbers with units from long to short, such as `90s`, `2h30m`, `1d`, `2500ms`.
    init(settingText text: String) throws(SettingProblem) {
        var rest = text[...]
        var total: Int64 = 0
        var nextUnit = 0
        repeat {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { $0.isLetter || $0 == "µ" }
            rest = rest.dropFirst(name.count)
            guard !digits.isEmpty, digits.count <= Self.digitsMax, let number = Int64(digits),
                let unit = Self.units[nextUnit...].firstIndex(where: { $0.name == name })
            else { throw SettingProblem(complaint: "is not a duration", hint: Self.hint(for: text)) }
            total += number * Self.units[unit].microseconds
            nextUnit = unit + 1
        } while !rest.isEmpty
        self = .microseconds(total)
    }

    /// The largest unit that says it in one whole number: `90s`, `2h`, `0s`.
    var settingText: String {
        let microseconds = components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
        let unit = Self.units.first { microseconds != 0 && microseconds % $0.microseconds == 0 }
        guard let unit else { return microseconds == 0 ? "0s" : "\(microseconds / 1_000)ms" }
        return "\(microseconds / unit.microseconds)\(unit.name)"
    }

    private static func hint(for text: String) -> String {
        if text.isEmpty { return "write a number and its unit: d, h, m, s or ms" }
        if text.hasPrefix("-") { return "a duration is never negative" }
        if text.contains(".") || text.contains(",") { return "write whole numbers, such as 90m or 1500ms" }
        if text.contains(where: \.isWhitespace) { return "write it without a space" }
        if text.allSatisfy({ ("0"..."9").contains($0) }) { return "add a unit, such as \(text.prefix(digitsMax))s" }
        let digits = text.prefix { ("0"..."9").contains($0) }
        let name = String(text.dropFirst(digits.count))
        if digits.count > digitsMax { return "write it in a larger unit" }
        if let unit = otherNames[name], !digits.isEmpty { return "did you mean \"\(digits)\(unit)\"?" }
        if name == "w" || name.hasPrefix("week") { return "write weeks in days" }
        return "the units are d, h, m, s and ms, from long to short"
    }
}
