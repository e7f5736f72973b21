import ArgumentParser
import Primitives

/// What is wanted of the journal, as the words of a journalctl command.
struct JournalQuery: Sendable, Hashable {
    /// As journalctl reads it.
    var since: String?
    var follows = false
    var explains = false
    var isJSON = false
    private var matches: [String] = []

    /// Only entries whose field has that value; nil narrows nothing.
    mutating func match(_ field: String, _ value: String?) {
        if let value { matches.append("\(field)=\(value)") }
    }

    /// The command, its name first. The unit comes with it always: any process may write fields of these names.
    var arguments: [String] {
        var words = ["journalctl", "--unit=\(ServiceUnit.name)", "--output=\(isJSON ? "json" : "short-iso")"]
        if let since { words.append("--since=\(since)") }
        if follows { words.append("--follow") }
        if explains { words.append("--catalog") }
        return words + matches
    }
}

extension JournalQuery {
    /// `brs-2104` is BRS-2104.
    static func eventCode(_ text: String) throws -> String {
        let code = text.uppercased()
        let digits = code.utf8.dropFirst(4)
        guard code.hasPrefix("BRS-"), digits.count == 4, digits.allSatisfy({ (48...57).contains($0) }) else {
            throw ValidationError("\"\(text)\" is no event's code; write one such as BRS-2104.")
        }
        return code
    }

    /// A time as journalctl of any version reads it: seconds since 1970, so long ago, or a word of its own.
    static func since(_ text: String) throws -> String {
        if ["today", "yesterday", "now"].contains(text) { return text }
        if let instant = Instant(rfc3339: text) { return "@\(instant.seconds)" }
        if isElapsed(text) { return "-" + text }
        throw ValidationError(
            "\"\(text)\" is no time; write 2026-10-15T12:34:56Z, 90m, 2h30m, 1d, today or yesterday.")
    }

    /// Numbers with a unit each: `2h30m`. The units mean the same to journalctl.
    private static func isElapsed(_ text: String) -> Bool {
        var rest = text[...]
        repeat {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            guard (1...6).contains(digits.count), let unit = rest.dropFirst(digits.count).first, "smhd".contains(unit)
            else { return false }
            rest = rest.dropFirst(digits.count + 1)
        } while !rest.isEmpty
        return true
    }
}
