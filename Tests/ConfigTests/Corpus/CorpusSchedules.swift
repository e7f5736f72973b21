/// Schedules that would not do what their author meant.
enum CorpusSchedules {
    static let all: [CorpusDamage] = [
        .line("a bad field of an expression", where: { $0.key == "cron" }) { draft, index, random in
            let field = Int.random(in: 0..<5, using: &random)
            var fields = ["0", "2", "*", "*", "*"]
            fields[field] = badFields[field].randomElement(using: &random) ?? "▸?"
            draft.setValue(quoted(fields.joined(separator: " "), &random), at: index)
        },
        .line("a bad expression", where: { $0.key == "cron" }) { draft, index, random in
            draft.setValue(quoted(badExpressions.randomElement(using: &random) ?? "▸@reboot", &random), at: index)
        },
        .line("an expression that is no text", where: { $0.key == "cron" }) { draft, index, random in
            let bad = ["▸[0, 2]", "▸{minute: 5}", "▸~", "▸\"\"", "▸null"]
            draft.setValue(bad.randomElement(using: &random) ?? "▸~", at: index)
        },
        .line("an expression without quotes", where: { $0.key == "cron" }) { draft, index, random in
            let bad = [
                "▸*/5 * * * *", "▸* * * * *", "▸@daily", "▸*/10 2 * * *", "▸*/5 * * * * # each five minutes",
                "▸%5 * * * *",
                "▸`0 2 * * *`",
            ]
            draft.setValue(bad.randomElement(using: &random) ?? "▸* * * * *", at: index)
        },
        .line("two day fields", where: { $0.key == "cron" && !$0.path.contains("payday") }) { draft, index, random in
            let bad = ["0 2 1 * 5", "0 2 15W * MON-FRI", "0 2 1,15 * 1", "30 2 L * 5L"]
            draft.setValue(
                quoted("▸" + (bad.randomElement(using: &random) ?? "0 2 1 * 5"), &random, before: true), at: index)
        },
        CorpusDamage("money at no fixed time") { draft, random in
            guard let cron = draft.line(of: ["schedules", "nightly-sweep", "cron"]), !draft.lines[cron].isTaken,
                let money = draft.line(of: ["schedules", "nightly-sweep", "money"]), !draft.lines[money].isTaken
            else { return false }
            let bad = ["*/5 * * * *", "0 * * * *", "*/10 2 * * *", "@hourly", "0 */2 * * *"]
            draft.setValue("▸\"" + (bad.randomElement(using: &random) ?? "@hourly") + "\"", at: cron)
            draft.take([money])
            return true
        },
        CorpusDamage("a wakening that is called money") { draft, _ in
            guard let cron = draft.line(of: ["schedules", "each_five", "cron"]), !draft.lines[cron].isTaken,
                let money = draft.line(of: ["schedules", "each_five", "money"]), !draft.lines[money].isTaken
            else { return false }
            draft.setValue("true", at: money)
            draft.setValue("▸" + draft.lines[cron].value, at: cron)
            return true
        },
        .line("a schedule that lacks something", where: { isOwn($0) }) { draft, index, random in
            let name = draft.lines[index].key
            var required = ["kind", "cron", "zone"].compactMap { draft.line(of: ["schedules", name, $0]) }
            guard required.allSatisfy({ !draft.lines[$0].isTaken }) else { return }
            required.shuffle(using: &random)
            draft.blameKey(at: index)
            draft.remove(required.prefix(Int.random(in: 1...required.count, using: &random)))
        },
        .line("a schedule without anything", where: { isOwn($0) }) { draft, index, random in
            draft.remove(draft.children(of: index))
            draft.blameKey(at: index)
            if Bool.random(using: &random) { draft.lines[index].text += " {}" }
        },
        .line("a schedule that is a value", where: { isOwn($0) }) { draft, index, random in
            draft.remove(draft.children(of: index))
            draft.setValue(["▸0 2 * * *", "▸[a]", "▸true"].randomElement(using: &random) ?? "▸true", at: index)
        },
        .line("a schedule of a bad name", where: { isName($0) }) { draft, index, random in
            draft.insert(
                "  " + (badNames.randomElement(using: &random) ?? "▸a b") + ": {kind: k, cron: 0 2 * * *, zone: UTC}",
                at: index)
        },
        .line("a schedule twice", where: { isName($0) }) { draft, index, _ in
            let name = draft.lines[index].key
            draft.insert("  ▸\(name): {enabled: false}", at: draft.lines.count - 1)
            draft.take([index])
        },
        .line("a schedule of a misspelt name", where: { isName($0) }) { draft, index, random in
            let bad = ["▸investments.hourli", "▸investment.daily", "▸investments.dayly", "▸investments-daily"]
            draft.insert("  " + (bad.randomElement(using: &random) ?? "▸x") + ": {enabled: false}", at: index)
        },
        .line("a schedule's name cut in two", where: { isName($0) }) { draft, index, _ in
            draft.insert("  investments:", at: index)
            draft.insert("    ▸daily: {enabled: false}", at: index + 1)
        },
    ]

    /// A field's own mistakes, with the place inside it.
    private static let badFields: [[String]] = [
        ["▸60", "*/▸0", "▸x", "▸?", "1,▸61", "▸-5", "5▸,", "▸9-5", "▸H", "1-▸60"],
        ["▸24", "*/▸0", "▸noon", "▸?", "1,▸25", "▸12-9", "▸~", "2-▸30"],
        ["▸32", "▸0", "*/▸0", "▸?", "1,▸40", "▸20-10", "▸first"],
        ["▸13", "▸0", "▸FOO", "*/▸0", "▸?", "JAN,▸XYZ", "▸12-1"],
        ["▸8", "▸FRO", "*/▸0", "▸?", "MON,▸9", "▸SOMEDAY"],
    ]

    private static let badExpressions = [
        "0 2 * *▸", "0 2▸", "0 0 2 * * ▸*", "▸@reboot", "▸@every 5m", "▸@quarterly", "@daily ▸5", "▸TZ=UTC 0 2 * * *",
        "0 2 ▸30 2 *", "0 2 ▸31 4,6 *", "0 2 * * ▸UTC",
    ]

    private static let badNames = [
        "▸a b", "▸.a", "▸ñ", "▸-x", "▸a/b", "▸\"\"", "▸a:b", "▸" + String(repeating: "a", count: 121), "▸a,b", "▸$x",
    ]

    /// A schedule that does not ship with Bursar, so that nothing fills in what it lacks.
    private static func isOwn(_ line: CorpusDraft.Line) -> Bool {
        isName(line) && !line.key.hasPrefix("investments.")
    }

    private static func isName(_ line: CorpusDraft.Line) -> Bool {
        line.path.count == 2 && line.path[0] == "schedules"
    }

    /// In quotes, or plain where YAML lets it be. `before`: the mark stands before the quote.
    private static func quoted(_ marked: String, _ random: inout SplitMix, before: Bool = false) -> String {
        let bare = marked.filter { $0 != "▸" }
        let mustQuote = bare.hasPrefix("*") || bare.hasPrefix("@") || bare.hasPrefix("-") || bare.hasPrefix("?")
        let styles = mustQuote ? ["\"", "'"] : ["\"", "'", ""]
        let quote = styles.randomElement(using: &random) ?? "\""
        if before { return "▸" + quote + bare + quote }
        return quote + marked + quote
    }
}
