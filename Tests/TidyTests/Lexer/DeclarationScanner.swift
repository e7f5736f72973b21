/// Finds the declarations in a file's tokens by following braces and keywords; no types, no names are resolved.
struct DeclarationScanner {
    private(set) var declarations: [Declaration] = []

    private let tokens: [SwiftToken]
    /// What each open brace belongs to: a declaration's index, or nil for any other block.
    private var scopes: [Int?] = []
    /// The declaration that each opening brace, by its token's index, is the body of.
    private var bodies: [Int: Int] = [:]

    init(_ tokens: [SwiftToken]) {
        self.tokens = tokens
        for index in tokens.indices {
            let token = tokens[index]
            if token.isSign("{") {
                scopes.append(bodies[index])
            } else if token.isSign("}") {
                if let owner = scopes.popLast() ?? nil { declarations[owner].endLine = token.line }
            } else if token.kind == .word, !token.isBackticked {
                scanDeclaration(at: index)
            }
        }
    }

    private mutating func scanDeclaration(at index: Int) {
        guard let kind = kind(at: index) else { return }
        let parent = scopes.last ?? nil
        let isLocal = !scopes.isEmpty && (parent.map { declarations[$0].kind != .type } ?? true)
        if isLocal, kind == .property || kind == .initializer { return }
        let keyword = tokens[index].text
        var declaration = Declaration(
            kind: kind, keyword: keyword, name: name(at: index, kind),
            firstLine: tokens[index].line, line: tokens[index].line, endLine: tokens[index].line,
            parent: parent, isLocal: isLocal)
        readPrefix(before: index, into: &declaration)
        if kind == .type { declaration.inherited = inheritance(after: index) }
        let isRequirement = parent.map { declarations[$0].keyword == "protocol" } ?? false
        if let brace = body(after: index, kind), kind == .type || kind == .property || !isRequirement {
            bodies[brace] = declarations.count
        } else if kind == .property {
            return
        }
        declarations.append(declaration)
    }

    private func kind(at index: Int) -> Declaration.Kind? {
        let previous = index > 0 ? tokens[index - 1] : nil
        if let previous, previous.isSign(".") || previous.isWord("import") { return nil }
        guard index + 1 < tokens.count else { return nil }
        let next = tokens[index + 1]
        if next.isSign(":") { return nil }
        switch tokens[index].text {
        case "struct", "enum", "protocol", "extension":
            return next.kind == .word ? .type : nil
        case "class":
            // Otherwise the modifier of `class func`, or the constraint of a protocol.
            return next.kind == .word && !Self.modifiers.contains(next.text) && !Self.members.contains(next.text)
                ? .type : nil
        case "actor":
            guard next.kind == .word, index + 2 < tokens.count else { return nil }
            let afterName = tokens[index + 2]
            return [":", "{", "<"].contains(afterName.text) || afterName.isWord("where") ? .type : nil
        case "func":
            return .function
        case "init":
            return ["(", "?", "!", "<"].contains(next.text) ? .initializer : nil
        case "subscript":
            return next.isSign("(") || next.isSign("<") ? .initializer : nil
        case "deinit":
            return next.isSign("{") ? .initializer : nil
        case "var":
            return .property
        default:
            return nil
        }
    }

    /// The name after the keyword; the last part of a dotted one; the signs of an operator.
    private func name(at index: Int, _ kind: Declaration.Kind) -> String {
        if kind == .initializer { return tokens[index].text }
        var position = index + 1
        if tokens[position].kind == .sign {
            var signs = ""
            while position < tokens.count, tokens[position].kind == .sign, !tokens[position].isSign("(") {
                signs += tokens[position].text
                position += 1
            }
            return signs
        }
        while position + 2 < tokens.count, tokens[position + 1].isSign("."), tokens[position + 2].kind == .word {
            position += 2
        }
        return tokens[position].text
    }

    // MARK: Before the keyword

    /// Walks back over modifiers and attributes, arguments included.
    private func readPrefix(before index: Int, into declaration: inout Declaration) {
        var position = index - 1
        while position >= 0 {
            var start = position
            if tokens[start].isSign(")") {
                guard let open = openingParenthesis(of: start), open > 0 else { return }
                start = open - 1
            }
            guard tokens[start].kind == .word else { return }
            if start > 0, tokens[start - 1].isSign("@") {
                declaration.attributes.insert(tokens[start].text)
                start -= 1
            } else if Self.modifiers.contains(tokens[start].text) {
                declaration.modifiers.insert(tokens[start].text)
            } else {
                return
            }
            declaration.firstLine = tokens[start].line
            position = start - 1
        }
    }

    private func openingParenthesis(of closing: Int) -> Int? {
        var depth = 0
        for position in stride(from: closing, through: 0, by: -1) {
            if tokens[position].isSign(")") { depth += 1 }
            if tokens[position].isSign("(") { depth -= 1 }
            if depth == 0 { return position }
        }
        return nil
    }

    // MARK: After the name

    private func inheritance(after index: Int) -> [String] {
        var position = index + 1
        var angles = 0
        while position < tokens.count, !tokens[position].isSign("{") {
            if tokens[position].isSign("<") { angles += 1 }
            if tokens[position].isSign(">") { angles -= 1 }
            if tokens[position].isSign(":"), angles == 0 { break }
            if tokens[position].isWord("where") { return [] }
            position += 1
        }
        var words: [String] = []
        while position < tokens.count, !tokens[position].isSign("{"), !tokens[position].isWord("where") {
            if tokens[position].kind == .word { words.append(tokens[position].text) }
            position += 1
        }
        return words
    }

    /// The opening brace of the body: the first outside parentheses. A property has one if nothing is assigned to it.
    private func body(after index: Int, _ kind: Declaration.Kind) -> Int? {
        var depth = 0
        for position in (index + 1)..<tokens.count {
            let token = tokens[position]
            if token.isSign("(") || token.isSign("[") { depth += 1 }
            if token.isSign(")") || token.isSign("]") { depth -= 1 }
            if depth > 0 { continue }
            if depth < 0 || token.isSign("}") { return nil }
            if token.isSign("{") { return position }
            if kind == .property {
                let startsLine = token.line > tokens[position - 1].line
                let continues = [":", ",", ">", ".", "&"].contains(tokens[position - 1].text)
                if token.isSign("=") || (startsLine && !continues) { return nil }
            }
        }
        return nil
    }

    private static let members: Set<String> = ["func", "var", "let", "subscript", "init"]

    private static let modifiers: Set<String> = [
        "private", "fileprivate", "internal", "package", "public", "open", "static", "class", "final", "mutating",
        "nonmutating", "consuming", "borrowing", "nonisolated", "isolated", "override", "convenience", "required",
        "indirect", "lazy", "weak", "unowned", "dynamic", "prefix", "postfix", "infix", "distributed",
    ]
}
