extension Rule {
    /// A row is decoded column by column, in order: the order must stand beside the decoder.
    static let columnsAreNamed = Rule(
        name: "statements name their columns",
        counterexample: ["Sources/Ledger/LedgerStatements.swift": "let sql = \"SELECT * FROM account\""]
    ) { (repository: Repository) in
        let inSwift = repository.swift.filter { $0.target != nil }.flatMap { file in
            file.tokens.filter { $0.kind == .text }.flatMap { token in
                starredSelects(in: token.text).map { file.violation(token.line + $0, columnAdvice) }
            }
        }
        let inMigrations = repository.texts.filter { $0.path.hasSuffix(".sql") }.flatMap { path, lines in
            starredSelects(in: lines.joined(separator: "\n")).map {
                Violation(path: path, line: 1 + $0, message: columnAdvice)
            }
        }
        return inSwift + inMigrations
    }

    private static let columnAdvice = "name the columns; `SELECT 1` where only existence matters"

    /// The lines, from 0, on which `SELECT` is followed by a lone star.
    private static func starredSelects(in sql: String) -> [Int] {
        var found: [Int] = []
        var wantsStar = false
        for (number, line) in sql.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let code = line.split(separator: "--", maxSplits: 1, omittingEmptySubsequences: false)[0]
            let spaced = code.replacing("*", with: " * ").replacing("(", with: " ( ")
            for word in spaced.split(whereSeparator: \.isWhitespace) {
                if wantsStar, word == "*" { found.append(number) }
                wantsStar = word.uppercased() == "SELECT"
            }
        }
        return found
    }
}
