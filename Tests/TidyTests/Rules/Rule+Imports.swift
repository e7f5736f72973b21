extension Rule {
    /// The compiler lets a target import whatever its dependencies happen to bring along.
    static let importsAreAllowed = Rule(
        name: "imports follow the table",
        counterexample: ["Sources/Cron/Zone.swift": "import Postgres\n"]
    ) { (file: SourceFile) in
        if let target = file.target {
            return violations(in: file, of: target, allowed: ImportTable.rows[target], rows: "rows")
        }
        if let target = file.testTarget {
            return violations(in: file, of: target, allowed: ImportTable.row(ofTests: target), rows: "testRows")
        }
        return []
    }

    private static let table = "Tests/TidyTests/Rules/ImportTable.swift"

    private static func violations(
        in file: SourceFile, of target: String, allowed: Set<String>?, rows: String
    ) -> [Violation] {
        guard let allowed else {
            return [file.violation(1, "`\(target)` has no row: add it to the table, `\(rows)` in \(table)")]
        }
        let modules = allowed.union(ImportTable.everywhere)
        return imports(of: file).filter { !modules.contains($0.module) }.map {
            let advice = ImportTable.faults(of: target, importing: [$0.module]).first ?? "not in its row of \(table)"
            return file.violation($0.line, "`\(target)` may not import `\($0.module)`: \(advice)")
        }
    }

    private static func imports(of file: SourceFile) -> [(module: String, line: Int)] {
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor"]
        let tokens = file.tokens
        return tokens.indices.compactMap { index in
            guard tokens[index].isWord("import"), index == 0 || !tokens[index - 1].isSign(".") else { return nil }
            var name = index + 1
            if name + 1 < tokens.count, kinds.contains(tokens[name].text), tokens[name + 1].kind == .word { name += 1 }
            guard name < tokens.count, tokens[name].kind == .word else { return nil }
            return (tokens[name].text, tokens[index].line)
        }
    }
}
