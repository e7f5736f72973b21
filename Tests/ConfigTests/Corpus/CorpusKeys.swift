/// Keys that are not there, come twice or lack their shape.
enum CorpusKeys {
    static let all: [CorpusDamage] = [
        .line("an unknown key", where: { takesKeys($0) }) { draft, index, random in
            let indent = String(repeating: " ", count: draft.lines[index].indent)
            let number = Int.random(in: 0...999, using: &random)
            let bad = [
                "▸zzz\(number): 1", "▸qq\(number): {a: [b]}", "▸\"xx \(number)\": ~", "▸ww\(number):", "▸ü\(number): |",
            ]
            draft.insert(indent + (bad.randomElement(using: &random) ?? "▸zzz: 1"), at: index)
        },
        .line("a misspelt key", where: { $0.isSetting && $0.key.count > 3 }) { draft, index, random in
            let line = draft.lines[index]
            draft.put(
                String(repeating: " ", count: line.indent) + "▸" + misspelt(line.key, &random) + ": " + line.value,
                at: index)
        },
        .line("a misspelt section", where: { $0.path.count == 1 && $0.value.isEmpty }) { draft, index, random in
            let children = draft.children(of: index)
            draft.take(children)
            for child in children { draft.lines[child].faults = [] }
            draft.put("▸" + misspelt(draft.lines[index].key, &random) + ":", at: index)
        },
        .line("a key with its section", where: { $0.isSetting && $0.path.count == 2 }) { draft, index, _ in
            let line = draft.lines[index]
            let section = line.path[0]
            draft.put(String(repeating: " ", count: line.indent) + "▸\(section).\(line.key): " + line.value, at: index)
        },
        .line("a merge key", where: { takesKeys($0) }) { draft, index, _ in
            draft.insert(String(repeating: " ", count: draft.lines[index].indent) + "▸<<: {a: 1}", at: index)
        },
        .line("a key that is no word", where: { takesKeys($0) }) { draft, index, random in
            let bad = ["? ▸[a]", "▸~: 1", "? ▸{a: 1}", "▸[a, b]: 1"]
            draft.insert(
                String(repeating: " ", count: draft.lines[index].indent)
                    + (bad.randomElement(using: &random) ?? "▸~: 1"), at: index)
        },
        .line("a key twice", where: { $0.isSetting }) { draft, index, random in
            let line = draft.lines[index]
            let siblings = draft.lines.indices.filter {
                $0 > index && draft.lines[$0].path.dropLast() == line.path.dropLast() && !draft.lines[$0].path.isEmpty
            }
            let place = ([index + 1] + siblings).randomElement(using: &random) ?? index + 1
            let quote = ["", "", "\"", "'"].randomElement(using: &random) ?? ""
            draft.insert(
                String(repeating: " ", count: line.indent) + "▸\(quote)\(line.key)\(quote): \(line.value)", at: place)
            draft.take([index])
        },
        .line("a section twice", where: { $0.path.count == 1 && $0.value.isEmpty }) { draft, index, _ in
            draft.insert("▸\(draft.lines[index].key): {}", at: draft.lines.count - 1)
            draft.take([index])
        },
        .line("a section that is a value", where: { $0.path.count == 1 && $0.value.isEmpty }) { draft, index, random in
            draft.remove(draft.children(of: index))
            let bad = ["▸5", "▸[]", "▸\"text\"", "▸true", "▸[a: 1]"]
            // A list is a form of schedules that is read.
            let isList = draft.lines[index].key == "schedules"
            draft.setValue(isList ? "▸nightly" : bad.randomElement(using: &random) ?? "▸5", at: index)
        },
        .line("an anchor or a tag", where: { $0.isSetting }) { draft, index, random in
            let mark = ["▸&a ", "▸!!str ", "▸!custom ", "▸&anchor-1 "].randomElement(using: &random) ?? "▸&a "
            // What looks quoted is text to YAML and needs no tag; a tag of its own is refused all the same.
            let tag = mark == "▸!!str " ? "▸!!int " : mark
            draft.setValue(tag + draft.lines[index].value, at: index)
        },
    ]

    /// Where a key is looked at: not among a schedule's payload, nor where schedules have their names.
    static func takesKeys(_ line: CorpusDraft.Line) -> Bool {
        !line.isPayload && !(line.path.count == 2 && line.path[0] == "schedules")
    }

    /// Two neighbours swapped, a letter lost or doubled, or a dash for an underscore: never the key itself.
    static func misspelt(_ key: String, _ random: inout SplitMix) -> String {
        var letters = Array(key)
        let place = Int.random(in: 0..<letters.count - 1, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: letters.swapAt(place, place + 1)
        case 1: letters.remove(at: place)
        case 2: letters.insert(letters[place], at: place)
        default: if let dash = letters.firstIndex(of: "_") { letters[dash] = "-" }
        }
        let result = String(letters)
        return result == key ? key + "s" : result
    }
}
