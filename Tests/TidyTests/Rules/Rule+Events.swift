extension Rule {
    private static let levels: Set<String> = ["warning", "error", "critical"]
    /// Those that turn an event into a line, or are about the log itself.
    private static let exempt: Set<String> = ["Events", "Systemd"]

    /// A warning without a code has no runbook, no MESSAGE_ID and no alarm.
    static let warningsAreEvents = Rule(
        name: "every warning or worse is an event",
        counterexample: ["Sources/Jobs/Dispatcher.swift": "logger.warning(\"claim failed\")\n"]
    ) { (file: SourceFile) in
        guard file.isProduct, let target = file.target, !exempt.contains(target) else { return [] }
        return file.tokens.indices.compactMap { index in
            guard let level = level(loggedAt: index, in: file.tokens) else { return nil }
            let advice = "say `logger.event(.name, …)`; Sources/Events/Catalog/ has the events and their runbooks"
            return file.violation(file.tokens[index].line, "a plain `\(level)` has no code: \(advice)")
        }
    }

    /// `logger.warning(…)` or `logger.log(level: .warning, …)`, whatever the logger belongs to.
    private static func level(loggedAt index: Int, in tokens: [SwiftToken]) -> String? {
        guard index + 3 < tokens.count, isLogger(tokens[index]) else { return nil }
        var dot = index + 1
        if tokens[dot].isSign("?") { dot += 1 }
        guard dot + 2 < tokens.count, tokens[dot].isSign("."), tokens[dot + 2].isSign("(") else { return nil }
        if levels.contains(tokens[dot + 1].text) { return tokens[dot + 1].text }
        guard tokens[dot + 1].isWord("log"), dot + 6 < tokens.count, tokens[dot + 3].isWord("level"),
            tokens[dot + 5].isSign("."), levels.contains(tokens[dot + 6].text)
        else { return nil }
        return tokens[dot + 6].text
    }

    private static func isLogger(_ token: SwiftToken) -> Bool {
        guard token.kind == .word else { return false }
        return ["log", "logger"].contains(token.text) || ["Log", "Logger"].contains { token.text.hasSuffix($0) }
    }
}
