/// What is no YAML, or no YAML that is read here.
enum CorpusSyntax {
    static let all: [CorpusDamage] = [
        .line("a tab for the indentation", endsReading: true, where: { $0.indent > 0 && !$0.value.isEmpty }) {
            draft, index, random in
            let line = draft.lines[index]
            let spaces = String(repeating: " ", count: Int.random(in: 0..<line.indent, using: &random))
            draft.put("\(spaces)▸\t\(line.key): \(line.value)", at: index)
        },
        CorpusDamage("a key too far to the right", endsReading: true) { draft, random in
            // Below a plain value, which such a line seems to go on with.
            let fitting = draft.candidates { !$0.value.isEmpty }.filter { index in
                guard index > 0 else { return false }
                let (line, before) = (draft.lines[index], draft.lines[index - 1])
                return before.isSetting && before.path.dropLast() == line.path.dropLast() && isPlain(before.value)
            }
            guard let index = fitting.randomElement(using: &random) else { return false }
            let line = draft.lines[index]
            let indent = String(repeating: " ", count: line.indent + Int.random(in: 1...3, using: &random))
            draft.put("\(indent)▸\(line.key): \(line.value)", at: index)
            return true
        },
        CorpusDamage("a key too far to the left", endsReading: true) { draft, random in
            let fitting = draft.candidates { $0.indent > 1 && !$0.value.isEmpty }.filter { index in
                index > 0 && draft.lines[index - 1].path.dropLast() == draft.lines[index].path.dropLast()
            }
            guard let index = fitting.randomElement(using: &random) else { return false }
            let line = draft.lines[index]
            draft.put("\(String(repeating: " ", count: line.indent - 1))▸\(line.key): \(line.value)", at: index)
            return true
        },
        CorpusDamage("a line without a colon", endsReading: true) { draft, random in
            let fitting = draft.candidates { $0.isSetting && isPlain($0.value) }.filter { index in
                guard index > 0, index + 1 < draft.lines.count else { return false }
                let parent = draft.lines[index].path.dropLast()
                return [index - 1, index + 1].allSatisfy {
                    draft.lines[$0].isSetting && draft.lines[$0].path.dropLast() == parent
                }
            }
            guard let index = fitting.randomElement(using: &random) else { return false }
            let line = draft.lines[index]
            draft.put("\(String(repeating: " ", count: line.indent))▸\(line.key) \(line.value)", at: index)
            return true
        },
        .line("a quote that is never closed", where: { $0.isSetting && $0.path.count > 1 }) { draft, index, random in
            let quote = ["\"", "'"].randomElement(using: &random) ?? "\""
            let value = draft.lines[index].value.filter { !"\"'".contains($0) }
            draft.setValue("▸\(quote)\(value)", at: index)
        },
        .line("a bracket that is never closed", endsReading: true, where: { $0.isSetting && isPlain($0.value) }) {
            draft, index, random in
            let bracket = ["[", "{"].randomElement(using: &random) ?? "["
            draft.setValue("▸\(bracket)\(draft.lines[index].value)", at: index)
        },
        .line("a value with something behind it", endsReading: true, where: { $0.isSetting }) { draft, index, random in
            let bad = ["\"a\" ▸b", "'a' ▸b", "[a] ▸b", "{a: b}▸}", "\"a\"▸\"b\""]
            draft.setValue(bad.randomElement(using: &random) ?? "\"a\" ▸b", at: index)
        },
        .line("a value that needs quotes", where: { $0.isSetting && $0.key != "cron" }) { draft, index, random in
            let bad = ["▸%x", "▸`x`", "▸@x", "▸*x y", "▸a: b", "▸, x", "▸- x", "▸} x", "▸]"]
            draft.setValue(bad.randomElement(using: &random) ?? "▸@x", at: index)
        },
        .line("an alias", where: { $0.isSetting }) { draft, index, random in
            draft.setValue(["▸*other", "▸*a"].randomElement(using: &random) ?? "▸*a", at: index)
        },
        .line("a second document", where: { $0.path.count == 1 && $0.key != "database" }) { draft, index, _ in
            draft.insert("▸---", at: index)
            draft.take(index..<draft.lines.count)
        },
        .line("an unknown escape", endsReading: true, where: { $0.isSetting }) { draft, index, _ in
            draft.setValue("\"a▸\\qb\"", at: index)
        },
        CorpusDamage("a character that none may hold", endsReading: true) { draft, random in
            guard
                let index = draft.lines.indices.filter({ !draft.lines[$0].text.isEmpty }).randomElement(using: &random)
            else { return false }
            let bad = ["\u{0}", "\u{7}", "\u{1B}", "\u{85}", "\u{2028}", "\u{202E}", "\u{FEFF}", "\u{E000}", "\r"]
            var text = Array(draft.lines[index].text.unicodeScalars)
            let place = Int.random(in: 0...text.count - 1, using: &random)
            text.insert(contentsOf: ("▸" + (bad.randomElement(using: &random) ?? "\u{0}")).unicodeScalars, at: place)
            draft.put(String(String.UnicodeScalarView(text)), at: index)
            return true
        },
    ]

    /// Neither quoted nor in brackets, so that a line below seems to go on with it.
    private static func isPlain(_ value: String) -> Bool {
        guard let first = value.first else { return false }
        return !"\"'[{|>#&*!".contains(first) && !value.contains("#")
    }
}
