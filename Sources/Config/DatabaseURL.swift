/// What may be said of a database address without telling its password.
package enum DatabaseURL {
    static let expected = "a postgresql:// address, key=value text, or nothing for the embedded database"

    /// Why libpq could never read `text`; nil when it may.
    static func complaint(about text: String) -> String? {
        if text.isEmpty { return nil }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            return "write it in one line"
        }
        if text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") {
            return text.contains(" ") ? "a space in an address is written %20" : nil
        }
        if text.hasPrefix("jdbc:") { return "leave out jdbc:" }
        if let separator = text.firstRange(of: "://") {
            let scheme = text[..<separator.lowerBound].lowercased()
            return scheme.hasPrefix("postgres") ? "begin it with postgresql://" : "only PostgreSQL is supported"
        }
        return text.contains("=") ? nil : "begin it with postgresql://"
    }

    /// Whether it holds a password at all.
    package static func holdsPassword(_ text: String) -> Bool {
        redacted(text) != text
    }

    /// The address with each password replaced by `***`. Hides too much rather than too little.
    static func redacted(_ text: String) -> String {
        var text = text
        if let separator = text.firstRange(of: "://") {
            text = redactedAuthority(text, from: separator.upperBound)
        }
        return redactedKeywords(text)
    }

    /// Hides from the first colon up to the last @, since a careless password may hold a slash or an @ itself.
    private static func redactedAuthority(_ text: String, from start: String.Index) -> String {
        guard let at = text[start...].lastIndex(of: "@"), let colon = text[start..<at].firstIndex(of: ":") else {
            return text
        }
        return text[...colon] + "***" + text[at...]
    }

    /// Hides the values of `password=` and `sslpassword=`, quoted or not, in a query or in key=value text.
    private static func redactedKeywords(_ text: String) -> String {
        let keyword = Array("password")
        var result = ""
        var rest = Array(text)[...]
        while let next = rest.first {
            guard rest.count >= keyword.count, zip(rest, keyword).allSatisfy({ $0.lowercased() == String($1) }) else {
                result.append(next)
                rest.removeFirst()
                continue
            }
            result += rest.prefix(keyword.count)
            rest = rest.dropFirst(keyword.count)
            let gap = rest.prefix { $0 == " " }
            guard rest.dropFirst(gap.count).first == "=" else { continue }
            rest = rest.dropFirst(gap.count + 1).drop { $0 == " " }
            result += "=***"
            rest = afterKeywordValue(rest)
        }
        return result
    }

    private static func afterKeywordValue(_ text: ArraySlice<Character>) -> ArraySlice<Character> {
        guard text.first == "'" else { return text.drop { $0 != " " && $0 != "&" } }
        var rest = text.dropFirst()
        while let next = rest.popFirst() {
            if next == "'" { return rest }
            if next == "\\" { _ = rest.popFirst() }
        }
        return rest
    }
}
