extension Rule {
    private static let manifest = "Package.swift"

    /// A misspelt feature is accepted in silence, and a target that the loop misses is compiled by other rules.
    static let manifestSetsEveryFlag = Rule(
        name: "one loop in the manifest sets every target's flags",
        counterexample: [manifest: loop + ".enableUpcomingFeature(\"ExistentialAnything\")] }"]
    ) { (repository: Repository) in
        guard let file = repository.swiftFile(manifest) else { return [] }
        return unknownFeatures(in: file) + missingFlags(in: file) + otherFlags(in: file)
    }

    static let loop = "for target in package.targets where target.type != .system { target.swiftSettings = ["
    static let features = [
        "ExistentialAny", "MemberImportVisibility", "InternalImportsByDefault", "NonisolatedNonsendingByDefault",
    ]
    static let flags =
        [".swiftLanguageMode(.v6)"] + features.map { ".enableUpcomingFeature(\"\($0)\")" }
        + [".treatAllWarnings(as: .error)", ".treatWarning(\"StrictLanguageFeatures\", as: .error)"]

    private static func unknownFeatures(in file: SourceFile) -> [Violation] {
        file.occurrences(of: SwiftLexer("enableUpcomingFeature(").tokens).compactMap { start in
            guard start + 2 < file.tokens.count else { return nil }
            let name = file.tokens[start + 2].text
            guard !features.contains(name) else { return nil }
            let known = features.joined(separator: ", ")
            return file.violation(file.tokens[start].line, "no feature is called `\(name)`; there are \(known)")
        }
    }

    private static func missingFlags(in file: SourceFile) -> [Violation] {
        guard let start = file.occurrences(of: SwiftLexer(loop).tokens).first else {
            return [file.violation(file.lines.count, "set the flags of all targets in one loop: `\(loop)`")]
        }
        let end = file.tokens[start...].firstIndex { $0.isSign("]") } ?? file.tokens.endIndex
        return flags.filter { flag in
            !file.occurrences(of: SwiftLexer(flag).tokens).contains { start < $0 && $0 < end }
        }.map { file.violation(file.tokens[start].line, "add `\($0)` to the flags of all targets") }
    }

    private static func otherFlags(in file: SourceFile) -> [Violation] {
        let uses = file.tokens.indices.filter { file.tokens[$0].isWord("swiftSettings") }.map { file.tokens[$0].line }
        let outside = uses.dropLast(file.occurrences(of: SwiftLexer(loop).tokens).isEmpty ? 0 : 1)
        let experiments = file.tokens.filter { $0.isWord("unsafeFlags") || $0.isWord("enableExperimentalFeature") }
        return (outside + experiments.map(\.line)).map {
            file.violation($0, "leave the flags to the loop at the end: they are the same for every target")
        }
    }
}
