import Events
import OperatorCommands
import Testing

/// What the runbooks tell an operator to type is there to be typed.
@Suite struct RunbookTests {
    /// A command of bursarctl that a text names: its verbs, and its long options.
    struct Named: Sendable, Hashable, CustomTestStringConvertible {
        var verbs: [String]
        var options: [String]

        var testDescription: String { "bursarctl " + (verbs + options).joined(separator: " ") }
    }

    @Test(arguments: named)
    func `every command that a runbook names exists`(_ command: Named) async {
        let help = await Tool().run(command.verbs + ["--help"])
        #expect(help.status == .success)
        let usage = help.output.split(separator: "\n").first { $0.hasPrefix("USAGE: ") } ?? ""
        #expect((usage + " ").hasPrefix("USAGE: bursarctl " + command.verbs.map { $0 + " " }.joined()))
        for option in command.options where option != "--help" {
            #expect(help.output.contains("\(option) ") || help.output.contains("\(option)\n"))
        }
    }

    @Test func `the runbooks name many commands`() {
        #expect(Self.named.count > 20)
        #expect(Self.named.contains(Named(verbs: ["db", "url"], options: [])))
    }

    private static let named = Set(Event.all.flatMap { commands(in: $0.diagnosis) + commands(in: $0.action) })
        .sorted { $0.testDescription < $1.testDescription }

    /// In lines that are commands, and between backticks.
    private static func commands(in text: String) -> [Named] {
        let lines = text.split(separator: "\n")
        let typed = lines.filter { $0.hasPrefix("  ") }
        let prose = lines.filter { !$0.hasPrefix("  ") }.joined(separator: " ")
        let quoted = prose.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map(\.element)
        return (typed + quoted).flatMap { line in
            line.split(separator: "bursarctl ", omittingEmptySubsequences: false).dropFirst().map(read)
        }
    }

    private static func read(_ text: Substring) -> Named {
        let command = text.prefix(while: { (sign: Character) in !"|>;)`".contains(sign) })
        let words = command.split(separator: " ").map(String.init)
        let verbs = words.prefix(while: { word in
            // The one verb of two words; what else has a dash is an argument.
            word.allSatisfy { ("a"..."z").contains($0) } || word == "confirm-clock"
        })
        return Named(verbs: Array(verbs), options: words.filter { $0.hasPrefix("--") })
    }
}
