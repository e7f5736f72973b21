/// Values that do not fit their keys.
enum CorpusValues {
    static let all: [CorpusDamage] = [
        damage(
            "no whole number", integers,
            [
                "▸many", "▸4.5", "▸0x10", "▸1e3", "▸\"4\"", "▸'4'", "▸[4]", "▸{a: 4}", "▸true", "▸-1", "▸0",
                "▸99999999999",
                "▸1_000", "▸04", "▸~", "▸null", "▸99999999999999999999", "▸+4", "▸4 5", "▸5s", "▸４", "▸\"\"",
            ]),
        damage(
            "no flag", flags,
            [
                "▸yes", "▸no", "▸on", "▸off", "▸True", "▸FALSE", "▸\"true\"", "▸'false'", "▸1", "▸0", "▸[true]", "▸tru",
                "▸y",
                "▸enabled", "▸~", "▸{a: true}", "▸\"\"",
            ]),
        damage(
            "no duration", durations,
            [
                "▸30", "▸30 s", "▸1.5h", "▸-5s", "▸5min", "▸soon", "▸\"\"", "▸1w", "▸30s1h", "▸5s5s", "▸99999999999s",
                "▸9999d", "▸[5s]", "▸~", "▸5S", "▸5µs", "▸1h 30m", "▸PT5M", "▸{s: 5}", "▸true",
            ]),
        damage(
            "no known word", words,
            [
                "▸nonsense", "▸5", "▸[a]", "▸\"\"", "▸~", "▸HOLD", "▸{a: b}", "▸true", "▸none of these",
            ]),
        damage(
            "no path", paths,
            [
                "▸relative/path", "▸~/x", "▸\"\"", "▸/" + String(repeating: "x", count: 1_100), "▸[/a]",
                "▸\"/a\\u0000b\"",
                "▸./x", "▸5", "▸~", "▸{path: /x}",
            ]),
        damage(
            "no address", ["url"],
            [
                "▸mysql://db/x", "▸jdbc:postgresql://db/x", "▸db1", "▸http://x/y", "▸{host: db}", "▸[a]", "▸~",
                "▸postgresql://db/a b", "▸" + String(repeating: "x", count: 5_000), "▸\"host=a\\nport=1\"",
            ]),
        damage(
            "no zone", ["zone"],
            [
                "▸Mars/Olympus", "▸IST+5", "▸europe", "▸\"\"", "▸~", "▸../../etc/passwd", "▸[UTC]", "▸5",
                "▸Europe/Madird",
                "▸UTC+2", "▸'Europe/ Madrid'", "▸/usr/share/zoneinfo/UTC",
            ]),
        damage(
            "no kind", ["kind"], ["▸do it", "▸[k]", "▸~", "▸\"\"", "▸ñandú", "▸" + String(repeating: "k", count: 121)]),
        damage("no days", ["days"], ["▸both", "▸and", "▸[either]", "▸~", "▸true"]),
        .line("no value", where: { $0.isSetting && !["payload"].contains($0.key) }) { draft, index, _ in
            draft.setValue("▸", at: index, gap: "")
        },
        .line("no payload", where: { $0.key == "payload" }) { draft, index, random in
            draft.remove(draft.children(of: index))
            let bad = ["▸x", "▸[1]", "▸\"{}\"", "▸5", "▸{x: \(String(repeating: "y", count: 17_000))}"]
            draft.setValue(bad.randomElement(using: &random) ?? "▸x", at: index)
        },
        .line("a payload that readers disagree about", where: { $0.isPayload && !$0.value.isEmpty }) {
            draft, index, random in
            let bad = [
                "▸yes", "▸007", "▸0x1f", "▸1_000", "▸.5", "▸+1", "▸True", "▸NULL", "▸0o17", "[1, ▸off]", "{a: ▸On}",
            ]
            draft.setValue(bad.randomElement(using: &random) ?? "▸yes", at: index)
        },
        CorpusDamage("a beat too slow for the lease") { draft, _ in
            guard let beat = draft.line(of: ["engine", "beat"]), let lease = draft.line(of: ["engine", "lease"]),
                !draft.lines[beat].isTaken, !draft.lines[lease].isTaken
            else { return false }
            draft.setValue("▸29s", at: beat)
            draft.take([lease])
            return true
        },
    ]

    static let integers = ["pool_size", "workers", "batch_size", "max_retries", "catch_up_limit"]
    static let flags = [
        "scheduler_enabled", "webhook_enabled", "rate_limit_enabled", "money", "pause_on_failure", "enabled",
    ]
    static let durations = ["connect_timeout", "drain", "lease", "beat", "poll", "retention", "max_lateness"]
    static let words = ["level", "security_level", "first_rate", "catch_up", "overlap"]
    static let paths = ["state_directory", "socket"]

    private static func damage(_ name: String, _ keys: [String], _ bad: [String]) -> CorpusDamage {
        .line(name, where: { $0.isSetting && keys.contains($0.key) }) { draft, index, random in
            let gap = String(repeating: " ", count: Int.random(in: 1...3, using: &random))
            let comment = ["", "", " # a comment: with a colon"].randomElement(using: &random) ?? ""
            draft.setValue((bad.randomElement(using: &random) ?? "▸~") + comment, at: index, gap: gap)
        }
    }
}
