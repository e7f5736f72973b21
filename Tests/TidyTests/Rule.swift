import Testing

/// Something that holds for the whole repository, told apart from what a compiler can see.
///
/// A rule carries the smallest repository that breaks it, and a test holds that it does: a rule that cannot fail is
/// worth nothing.
struct Rule: Sendable, CustomTestStringConvertible {
    var name: String
    /// Files, by path, that break the rule.
    var counterexample: [String: String]
    var violations: @Sendable (Repository) -> [Violation]

    init(name: String, counterexample: [String: String], violations: @escaping @Sendable (Repository) -> [Violation]) {
        self.name = name
        self.counterexample = counterexample
        self.violations = violations
    }

    /// A rule that looks at one Swift file at a time.
    init(name: String, counterexample: [String: String], inFile: @escaping @Sendable (SourceFile) -> [Violation]) {
        self.init(name: name, counterexample: counterexample) { $0.swift.flatMap(inFile) }
    }

    var testDescription: String { name }

    static let all: [Rule] = [
        .testsAreMarked, .noSkippedTests,
        .importsAreAllowed, .manifestSetsEveryFlag, .foldersAreTargets, .targetsHaveAFace, .jobsAreInTheCatalog,
        .noBannedCalls, .warningsAreEvents, .escapesAreExplained, .tasksAreExplained, .columnsAreNamed,
        .functionsAreShort, .filesAreShort, .linesAreShort, .whitespaceIsPlain, .noLeftovers,
        .namesSaySomething, .declarationsAreDocumented, .nothingIsPublic, .speaksOfItselfAlone,
    ]
}
