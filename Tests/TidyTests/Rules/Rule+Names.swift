extension Rule {
    /// Words that fit every type, and so say nothing of any.
    private static let emptyWords: Set<String> = [
        "Manager", "Managers", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common",
    ]

    static let namesSaySomething = Rule(
        name: "names of types and files say what they are",
        counterexample: ["Sources/Jobs/LeaseManager.swift": "struct LeaseManager {}\n"]
    ) { (file: SourceFile) in
        var violations = file.declarations
            .filter { $0.kind == .type && $0.keyword != "extension" && hasEmptyWord($0.name) }
            .map { file.violation($0.line, "`\($0.name)`: name what it does, or the thing it keeps") }
        if hasEmptyWord(file.name) {
            violations.append(file.violation(1, "name the file after the one main type in it"))
        }
        return violations
    }

    private static func hasEmptyWord(_ name: String) -> Bool {
        var words: [String] = [""]
        for character in name {
            if character.isUppercase || character == "+" || character == "_" { words.append("") }
            words[words.count - 1].append(character)
        }
        return words.contains { emptyWords.contains($0.filter(\.isLetter).capitalizedOnce) }
    }

    static let nothingIsPublic = Rule(
        name: "nothing is public",
        counterexample: ["Sources/Cron/Zone.swift": "public struct Zone {}\n"]
    ) { (file: SourceFile) in
        let publicLines = file.tokens.indices
            .filter { file.tokens[$0].isWord("public") && ($0 == 0 || !file.tokens[$0 - 1].isSign(".")) }
            .map { file.tokens[$0].line }
        let openLines = file.declarations.filter { $0.modifiers.contains("open") }.map(\.line)
        return (publicLines + openLines).map {
            file.violation($0, "write `package`: nothing here is a library for others")
        }
    }
}

extension String {
    fileprivate var capitalizedOnce: String {
        prefix(1).uppercased() + dropFirst()
    }
}
