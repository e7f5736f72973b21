extension Rule {
    /// What other targets call says in a line what it does; what only fulfils a protocol is documented there.
    static let declarationsAreDocumented = Rule(
        name: "package types and functions are documented",
        counterexample: ["Sources/Cron/Zone.swift": "package struct Zone {}\n"]
    ) { (repository: Repository) in
        let conformances = Conformances(repository.swift)
        return repository.swift.flatMap { file in
            file.declarations.filter {
                needsDocumentation($0, in: file) && !isDocumented($0, in: file) && !conformances.document($0, in: file)
            }.map {
                file.violation($0.line, "`\($0.name)` is seen from other targets: say what it does in a line of `///`")
            }
        }
    }

    private static func needsDocumentation(_ declaration: Declaration, in file: SourceFile) -> Bool {
        guard !declaration.isLocal else { return false }
        let parent = declaration.parent.map { file.declarations[$0] }
        let isRequirement = parent?.keyword == "protocol" && parent?.modifiers.contains("package") == true
        guard declaration.modifiers.contains("package") || isRequirement else { return false }
        switch declaration.kind {
        case .type: return declaration.keyword != "extension"
        case .function: return declaration.name.first?.isLetter == true
        case .initializer, .property: return false
        }
    }

    private static func isDocumented(_ declaration: Declaration, in file: SourceFile) -> Bool {
        file.comments(above: declaration.firstLine).contains { $0.isDocumentation }
    }
}

/// Which functions fulfil a protocol of this repository, or one of the standard ones, by their names.
private struct Conformances {
    private static let standard: Set<String> = [
        "appendInterpolation", "appendLiteral", "checkIsolated", "encode", "enqueue", "hash",
        "isIsolatingCurrentContext",
    ]

    /// The protocols that ask for a function of this name.
    private var protocols: [String: Set<String>] = [:]
    /// The words that stand behind the colon of a type, in all its extensions.
    private var inherited: [String: Set<String>] = [:]

    init(_ files: [SourceFile]) {
        for file in files {
            readAliases(in: file.tokens)
            for declaration in file.declarations {
                if declaration.kind == .type {
                    inherited[declaration.name, default: []].formUnion(declaration.inherited)
                }
                guard let parent = declaration.parent, file.declarations[parent].keyword == "protocol" else { continue }
                protocols[declaration.name, default: []].insert(file.declarations[parent].name)
            }
        }
    }

    /// `typealias Codable = Encodable & Decodable` hands both on.
    private mutating func readAliases(in tokens: [SwiftToken]) {
        for index in tokens.indices where tokens[index].isWord("typealias") {
            guard index + 2 < tokens.count, tokens[index + 2].isSign("=") else { continue }
            let meaning = tokens[(index + 3)...].prefix { $0.line == tokens[index].line }
            inherited[tokens[index + 1].text, default: []].formUnion(meaning.filter { $0.kind == .word }.map(\.text))
        }
    }

    func document(_ function: Declaration, in file: SourceFile) -> Bool {
        guard function.kind == .function, let parent = function.parent else { return false }
        let type = file.declarations[parent]
        guard type.keyword != "protocol" else { return false }
        if Self.standard.contains(function.name) { return true }
        guard let candidates = protocols[function.name] else { return false }
        let direct = inherited[type.name, default: []].union([type.name])
        let indirect = direct.flatMap { inherited[$0, default: []] }
        return !candidates.isDisjoint(with: direct.union(indirect))
    }
}
