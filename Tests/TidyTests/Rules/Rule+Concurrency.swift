extension Rule {
    /// Whoever tells the compiler to trust him says why it may.
    static let escapesAreExplained = Rule(
        name: "escapes from the concurrency checks are few and explained",
        counterexample: ["Sources/Cron/Zone.swift": "// Safe: never written.\nnonisolated(unsafe) var table = [0]"]
    ) { (file: SourceFile) in
        escapes.flatMap { pattern in
            file.occurrences(of: pattern).flatMap { escapeViolations(at: file.tokens[$0].line, in: file) }
        }
    }

    private static let escapes = ["nonisolated(unsafe)", "@unchecked"].map { SwiftLexer($0).tokens }

    /// The targets that speak to C. What else needs an escape is listed file by file, with its reason.
    private static let escapeTargets: Set<String> = ["Postgres", "Systemd"]
    private static let escapeFiles: Set<String> = []

    private static func escapeViolations(at line: Int, in file: SourceFile) -> [Violation] {
        var violations: [Violation] = []
        if let target = file.target, !escapeTargets.contains(target), !escapeFiles.contains(file.path) {
            violations.append(file.violation(line, "make it an actor, a Mutex or a value; only code next to C may"))
        }
        if !isExplained(line, in: file) {
            violations.append(file.violation(line, "say in a comment on this line or the one above what makes it safe"))
        }
        return violations
    }

    /// A documentation comment describes the thing, so it counts only when it speaks of the escape.
    private static func isExplained(_ line: Int, in file: SourceFile) -> Bool {
        if file.comment(behind: line) != nil { return true }
        let declaration = file.declarations.last { $0.firstLine <= line && line <= $0.line }
        let above = file.comments(above: declaration?.firstLine ?? line)
        return above.contains { comment in
            !comment.isDocumentation || ["safe", "unchecked"].contains { comment.text.lowercased().contains($0) }
        }
    }

    /// A task that no group waits for outlives its reason unseen.
    static let tasksAreExplained = Rule(
        name: "unstructured tasks are explained",
        counterexample: ["Sources/Jobs/Dispatcher.swift": "func start() { Task { await run() } }"]
    ) { (file: SourceFile) in
        guard file.isProduct else { return [] }
        return file.tokens.indices.filter { startsTask(at: $0, in: file.tokens) }.map { file.tokens[$0].line }
            .filter { file.comments(above: $0).isEmpty }
            .map { file.violation($0, "use a task group under run(), or say on the line above what ends the task") }
    }

    /// `Task {`, `Task(`, `Task<…> {`, `Task.immediate`; not a type such as `var task: Task<Void, Never>?`.
    private static func startsTask(at index: Int, in tokens: [SwiftToken]) -> Bool {
        guard tokens[index].isWord("Task"), index + 2 < tokens.count else { return false }
        let isMember = index > 0 && (tokens[index - 1].isSign(".") || tokens[index - 1].isSign("@"))
        if isMember { return false }
        let next = tokens[index + 1]
        if next.isSign(".") { return tokens[index + 2].isWord("immediate") }
        if next.isSign("{") || next.isSign("(") { return true }
        guard next.isSign("<") else { return false }
        if index > 0, tokens[index - 1].isSign(":") || tokens[index - 1].isSign(">") { return false }
        var depth = 0
        for position in (index + 1)..<tokens.count {
            if tokens[position].isSign("<") { depth += 1 }
            if tokens[position].isSign(">") { depth -= 1 }
            guard depth == 0 else { continue }
            return position + 1 < tokens.count && ["{", "("].contains(tokens[position + 1].text)
        }
        return false
    }
}
