extension Rule {
    static let whitespaceIsPlain = Rule(
        name: "no tabs, no trailing spaces, one newline at the end",
        counterexample: ["Sources/Cron/Zone.swift": "struct Zone {\n\t}\n"]
    ) { (file: SourceFile) in
        var violations: [Violation] = []
        for (number, line) in file.lines.enumerated() {
            if line.utf8.contains(UInt8(ascii: "\t")) {
                violations.append(file.violation(number + 1, "indent by four spaces; write \\t in a string"))
            }
            if line.last?.isWhitespace == true {
                violations.append(file.violation(number + 1, "delete the spaces at the end of the line"))
            }
        }
        if file.lines.last != "" || (file.lines.count > 1 && file.lines[file.lines.count - 2] == "") {
            violations.append(file.violation(file.lines.count, "end the file with one newline"))
        }
        return violations
    }

    /// In Swift only comments can leave work behind; in any other file each line can.
    static let noLeftovers = Rule(
        name: "nothing is left for later",
        counterexample: ["Sources/Cron/Zone.swift": "// \(leftovers[0]): the southern zones.\n"]
    ) { (repository: Repository) in
        let inSwift = repository.swift.flatMap { file in
            file.comments.flatMap { comment in
                comment.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
                    .filter { containsLeftover($0.element) }
                    .map { file.violation(comment.lines.lowerBound + $0.offset, leftoverAdvice) }
            }
        }
        let elsewhere = repository.texts.filter { !$0.path.hasSuffix(".swift") }.flatMap { path, lines in
            lines.enumerated().filter { containsLeftover($0.element) }.map {
                Violation(path: path, line: $0.offset + 1, message: leftoverAdvice)
            }
        }
        return inSwift + elsewhere
    }

    private static let leftoverAdvice = "do it now, or write what holds without it"

    /// In halves, so that this file keeps its own rule.
    static let leftovers = ["FIX" + "ME", "TO" + "DO", "XX" + "X", "HA" + "CK"]

    private static func containsLeftover(_ line: Substring) -> Bool {
        line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { leftovers.contains(String($0)) }
    }

    /// The text must read the same on anybody's machine, whoever wrote it and with whatever tool.
    static let speaksOfItselfAlone = Rule(
        name: "the project speaks of itself alone",
        counterexample: ["README.md": "Clone it to /ro" + "ot/bursar.\n"]
    ) { (repository: Repository) in
        repository.texts.flatMap { path, lines in
            lines.enumerated().compactMap { number, line in
                guard let word = foreignWord(in: line) else { return nil }
                let advice = "`\(word)` is about a workplace: leave it out, or start at the root"
                return Violation(path: path, line: number + 1, message: advice)
            }
        }
    }

    /// In halves, so that this file keeps its own rule.
    private static let foreignPaths = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/"]
    private static let foreignParts = ["suba" + "gent", "cla" + "ude"]
    private static let foreignWords: Set<String> = ["age" + "nt", "age" + "nts", "ll" + "m", "ll" + "ms"]
    /// Names of hosts, or parts of them, through which one workplace reaches public packages.
    private static let foreignHosts: Set<String> = [
        "artifactory", "artifacts", "cache", "internal", "lan", "local", "mirror", "mirrors", "nexus", "proxy",
        "registry",
    ]

    private static func foreignWord(in line: Substring) -> String? {
        if let path = foreignPaths.first(where: { line.contains($0) }) { return path }
        let lowercased = line.lowercased()
        if let part = foreignParts.first(where: { lowercased.contains($0) }) { return part }
        var previous: Substring?
        for word in lowercased.split(whereSeparator: { !$0.isLetter }) {
            // The header of HTTP is the one that is not about anybody.
            if foreignWords.contains(String(word)), previous != "user" { return String(word) }
            previous = word
        }
        return foreignHost(in: lowercased)
    }

    private static func foreignHost(in line: String) -> String? {
        for rest in line.split(separator: "://", omittingEmptySubsequences: false).dropFirst() {
            let host = rest.prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" }
            if host.split(separator: ".").contains(where: { foreignHosts.contains(String($0)) }) { return String(host) }
        }
        return nil
    }
}
