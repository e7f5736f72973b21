extension Setting {
    static func integer(
        _ path: String, _ range: ClosedRange<Int>, get: @escaping @Sendable (Root) -> Int,
        set: @escaping @Sendable (inout Root, Int) -> Void
    ) -> Setting {
        optionalInteger(path, range, get: { get($0) }, set: set)
    }

    /// A whole number that has no default.
    ///
    /// - Parameter tooLow: what to do instead for whoever writes less.
    static func optionalInteger(
        _ path: String, _ range: ClosedRange<Int>, tooLow: String? = nil, get: @escaping @Sendable (Root) -> Int?,
        set: @escaping @Sendable (inout Root, Int) -> Void
    ) -> Setting {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Setting(path, expected: expected) { input throws(SettingProblem) in
            let number = try Integer.read(input)
            guard range.contains(number) else {
                throw SettingProblem(complaint: "is out of range", hint: number < range.lowerBound ? tooLow : nil)
            }
            return { set(&$0, number) }
        } show: {
            get($0).map { .number($0) } ?? .unset("none")
        }
    }

    static func flag(
        _ path: String, get: @escaping @Sendable (Root) -> Bool, set: @escaping @Sendable (inout Root, Bool) -> Void
    ) -> Setting {
        Setting(path, expected: "true or false") { input throws(SettingProblem) in
            let flag = try Flag.read(input)
            return { set(&$0, flag) }
        } show: {
            .flag(get($0))
        }
    }

    static func duration(
        _ path: String, _ range: ClosedRange<Duration>, get: @escaping @Sendable (Root) -> Duration,
        set: @escaping @Sendable (inout Root, Duration) -> Void
    ) -> Setting {
        Setting(path, expected: expectation(range)) { input throws(SettingProblem) in
            let duration = try Duration(settingText: input.text)
            guard range.contains(duration) else { throw SettingProblem(complaint: "is out of range") }
            return { set(&$0, duration) }
        } show: {
            .duration(get($0))
        }
    }

    /// A duration, or `none` for no such thing.
    ///
    /// - Parameter tooShort: what to do instead for whoever writes less.
    static func optionalDuration(
        _ path: String, _ range: ClosedRange<Duration>, tooShort: String? = nil,
        get: @escaping @Sendable (Root) -> Duration?,
        set: @escaping @Sendable (inout Root, Duration?) -> Void
    ) -> Setting {
        Setting(path, expected: expectation(range) + ", or none") { input throws(SettingProblem) in
            if input.text == "none" { return { set(&$0, nil) } }
            if input.text.allSatisfy(\.isLetter) {
                throw SettingProblem(complaint: "is not a duration", hint: "write none for no such limit")
            }
            let duration = try Duration(settingText: input.text)
            guard range.contains(duration) else {
                throw SettingProblem(complaint: "is out of range", hint: duration < range.lowerBound ? tooShort : nil)
            }
            return { set(&$0, duration) }
        } show: {
            get($0).map { .duration($0) } ?? .unset("none")
        }
    }

    static func choice<Word>(
        _ path: String, get: @escaping @Sendable (Root) -> Word, set: @escaping @Sendable (inout Root, Word) -> Void
    ) -> Setting where Word: RawRepresentable & CaseIterable & Sendable, Word.RawValue == String {
        let words = Word.allCases.map(\.rawValue)
        return Setting(path, expected: words.count == 1 ? words[0] : "one of " + words.joined(separator: ", ")) {
            input throws(SettingProblem) in
            guard let word = Word(rawValue: input.text) else {
                let near = suggestion(for: input.text, among: words)
                throw SettingProblem(complaint: "is not a known word", hint: near.map { "did you mean \"\($0)\"?" })
            }
            return { set(&$0, word) }
        } show: {
            .text(get($0).rawValue)
        }
    }

    /// A path that begins at the root.
    static func path(
        _ path: String, maxBytes: Int, get: @escaping @Sendable (Root) -> String,
        set: @escaping @Sendable (inout Root, String) -> Void
    ) -> Setting {
        Setting(path, expected: "an absolute path of at most \(maxBytes) bytes") { input throws(SettingProblem) in
            let text = input.text
            guard text.hasPrefix("/") else {
                let hint = text.hasPrefix("~") ? "~ is not expanded here: write the path out" : "begin it with /"
                throw SettingProblem(complaint: "is not an absolute path", hint: hint)
            }
            guard text.utf8.count <= maxBytes else { throw SettingProblem(complaint: "is too long") }
            return { set(&$0, text) }
        } show: {
            .text(get($0))
        }
    }

    private static func expectation(_ range: ClosedRange<Duration>) -> String {
        "a duration from \(range.lowerBound.settingText) to \(range.upperBound.settingText)"
    }
}

private enum Integer {
    private static let digitsMax = 15

    static func read(_ input: SettingText) throws(SettingProblem) -> Int {
        let text = input.text
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let isPlain = !digits.isEmpty && digits.allSatisfy { ("0"..."9").contains($0) }
        guard isPlain, digits == "0" || digits.first != "0", digits.count <= digitsMax, let number = Int(text) else {
            throw SettingProblem(complaint: "is not a whole number", hint: hint(for: text, isPlain: isPlain))
        }
        if input.isQuoted {
            throw SettingProblem(complaint: "is text, not a number", hint: "remove the quotes")
        }
        return number
    }

    private static func hint(for text: String, isPlain: Bool) -> String? {
        let bare = text.filter { ("0"..."9").contains($0) }
        guard !bare.isEmpty, bare.count <= digitsMax, let number = Int(bare) else { return nil }
        if isPlain { return "write \(text.hasPrefix("-") ? "-" : "")\(number), without leading zeros" }
        let isGrouped = text.allSatisfy { ("0"..."9").contains($0) || "_, '".contains($0) }
        return isGrouped ? "write \(number)" : "write digits alone"
    }
}

private enum Flag {
    private static let words = [
        "yes": true, "on": true, "true": true, "y": true, "1": true,
        "no": false, "off": false, "false": false, "n": false, "0": false,
    ]

    static func read(_ input: SettingText) throws(SettingProblem) -> Bool {
        let meant = words[input.text.lowercased()]
        if case .environment = input.style, let meant { return meant }
        guard !input.isQuoted, input.text == "true" || input.text == "false" else {
            throw SettingProblem(complaint: "is not true or false", hint: meant.map { "write \($0), without quotes" })
        }
        return input.text == "true"
    }
}
