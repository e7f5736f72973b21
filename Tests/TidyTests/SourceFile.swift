/// A Swift file and what the lexer found in it.
struct SourceFile: Sendable {
    let path: String
    let lines: [Substring]
    let tokens: [SwiftToken]
    let comments: [SwiftComment]
    let declarations: [Declaration]

    private let commentsByLastLine: [Int: SwiftComment]

    init(path: String, text: String) {
        let lexer = SwiftLexer(text)
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        tokens = lexer.tokens
        comments = lexer.comments
        declarations = DeclarationScanner(lexer.tokens).declarations
        commentsByLastLine = Dictionary(lexer.comments.map { ($0.lines.upperBound, $0) }) { _, last in last }
    }

    /// The file's name without its folders and its extension.
    var name: String {
        let last = path.split(separator: "/").last ?? ""
        return String(last.split(separator: ".").first ?? "")
    }

    /// Whether it is compiled into what people run.
    var isProduct: Bool { path.hasPrefix("Sources/") }

    /// The target whose product code this is; nil in tests and elsewhere.
    var target: String? {
        let parts = path.split(separator: "/")
        guard parts.count > 1 else { return nil }
        switch parts[0] {
        case "Sources": return parts.count > 2 ? String(parts[1]) : nil
        case "Migrations": return "Migrations"
        case "Benchmarks": return "bursar-bench"
        default: return nil
        }
    }

    /// The test target that this belongs to, or nil.
    var testTarget: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Tests" ? String(parts[1]) : nil
    }

    /// The comments that end right above the line without a gap, nearest first.
    func comments(above line: Int) -> [SwiftComment] {
        var found: [SwiftComment] = []
        var above = line - 1
        while let comment = commentsByLastLine[above], comment.standsAlone {
            found.append(comment)
            above = comment.lines.lowerBound - 1
        }
        return found
    }

    /// The comment behind the code of the line.
    func comment(behind line: Int) -> SwiftComment? {
        comments.first { !$0.standsAlone && $0.lines.lowerBound == line }
    }

    /// Where the tokens stand in the code, side by side, as indices of the first one.
    func occurrences(of pattern: [SwiftToken]) -> [Int] {
        guard let first = pattern.first, tokens.count >= pattern.count else { return [] }
        return (0...(tokens.count - pattern.count)).filter { start in
            tokens[start].reads(as: first)
                && pattern.indices.dropFirst().allSatisfy { tokens[start + $0].reads(as: pattern[$0]) }
        }
    }

    func violation(_ line: Int, _ message: String) -> Violation {
        Violation(path: path, line: line, message: message)
    }
}
