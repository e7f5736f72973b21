extension Rule {
    /// A function that nobody marks is never run, and nothing says so.
    static let testsAreMarked = Rule(
        name: "every test carries @Test",
        counterexample: ["Tests/CronTests/ZoneTests.swift": "struct ZoneTests { func testGaps() {} }"]
    ) { (file: SourceFile) in
        guard file.testTarget != nil else { return [] }
        return file.declarations.filter { isUnmarkedTest($0, in: file) }.map {
            file.violation($0.line, "`\($0.name)` would never run: mark it with @Test, or make it private")
        }
    }

    /// In a suite and at file level every function that is not private is taken for a test. Elsewhere its name tells.
    private static func isUnmarkedTest(_ function: Declaration, in file: SourceFile) -> Bool {
        guard function.kind == .function, !function.isLocal, !function.attributes.contains("Test") else { return false }
        if function.looksLikeTest { return true }
        guard file.path.hasSuffix("Tests.swift"), !function.isPrivate else { return false }
        guard let parent = function.parent else { return true }
        return isSuite(parent, in: file)
    }

    private static func isSuite(_ index: Int, in file: SourceFile) -> Bool {
        let type = file.declarations[index]
        if type.attributes.contains("Suite") || type.name.hasSuffix("Tests") { return true }
        return file.declarations.contains { $0.parent == index && $0.attributes.contains("Test") }
    }

    /// A test that does not run proves nothing: what is not there yet is not tested yet, what is broken is mended.
    static let noSkippedTests = Rule(
        name: "no test is skipped",
        counterexample: ["Tests/CronTests/ZoneTests.swift": "@Test(.disabled()) func `gaps`() {}"]
    ) { (file: SourceFile) in
        skips.flatMap { skip in
            file.occurrences(of: skip.pattern).map { file.violation(file.tokens[$0].line, skip.message) }
        }
    }

    private static let skips: [(pattern: [SwiftToken], message: String)] = [
        (".disabled(", "mend the test or delete it; a disabled one proves nothing"),
        (".enabled(if:", "let the test fail where it cannot run; a condition skips it in silence"),
        ("withKnownIssue", "mend the issue; a known one is still an issue"),
        ("Test.cancel(", "let the test fail where it cannot run"),
        ("import XCTest", "write it with Swift Testing: `import Testing`"),
        ("XCTSkip", "let the test fail where it cannot run"),
    ].map { (SwiftLexer($0.0).tokens, $0.1) }
}
