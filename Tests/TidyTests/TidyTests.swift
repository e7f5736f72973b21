// TidyTests: the house rules that no compiler checks, held by one fast test over the text of the repository.
//
// Each rule is a value in Rules/: a name, the smallest repository that breaks it, a function from files to violations.
// To add one, add it to `Rule.all`; the tests below then hold that it bites and that the repository keeps it.
// Nothing here parses Swift fully: Lexer/ knows strings, comments and braces, which is enough to say what stands where.
// A violation names file and line and says what to do instead. There are no exceptions by comment: a rule that is
// wrong is changed here, where everybody sees it.

import Testing

@Suite struct TidyTests {
    @Test(arguments: Rule.all)
    func `the repository keeps the rule`(rule: Rule) throws {
        let violations = rule.violations(try Repository.onDisk.get()).map(\.description)
        if !violations.isEmpty { Issue.record("\(violations.sorted().joined(separator: "\n"))") }
    }

    @Test(arguments: Rule.all)
    func `the rule bites`(rule: Rule) {
        #expect(!rule.violations(Repository(rule.counterexample)).isEmpty)
    }

    @Test func `every rule is in the list`() throws {
        let rules = try Repository.onDisk.get().swift.filter { $0.path.hasPrefix("Tests/TidyTests/Rules/Rule+") }
        #expect(rules.flatMap { $0.occurrences(of: SwiftLexer("= Rule(").tokens) }.count == Rule.all.count)
    }

    @Test func `the repository is found and read`() throws {
        let repository = try Repository.onDisk.get()
        #expect(repository.swiftFile("Package.swift") != nil)
        #expect(repository.swiftFile("Tests/TidyTests/TidyTests.swift") != nil)
        #expect(!repository.texts.contains { $0.path.hasPrefix(".build/") })
    }
}
