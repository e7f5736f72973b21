import FoundationEssentials

/// Broken configurations, made by damaging good ones, each with every place that an error must name.
enum Corpus {
    /// The same number makes the same cases.
    private static let seed: UInt64 = 0x5EED_0F_BA5E
    /// Of each kind of damage, in each sample.
    private static let rounds = 9
    private static let combined = 120
    private static let acrossFiles = 40

    static func cases(reference: String) -> [CorpusCase] {
        var random = SplitMix(state: seed)
        let samples = [("reference", reference), ("rich", CorpusSample.rich)]
        var cases: [CorpusCase] = []
        for (name, text) in samples {
            let sample = CorpusDraft(text)
            for damage in damages { cases += single(damage, sample, name, &random) }
            for number in 0..<combined / samples.count {
                cases.append(several("\(name), several \(number)", sample, &random))
            }
        }
        for number in 0..<acrossFiles { cases.append(acrossFiles(number, &random)) }
        return cases + bytes(&random) + flows(&random) + lists
    }

    static let damages = CorpusValues.all + CorpusKeys.all + CorpusSchedules.all + CorpusSyntax.all

    /// One damage alone, in a file with either end of line and sometimes more lines before.
    private static func single(
        _ damage: CorpusDamage, _ sample: CorpusDraft, _ name: String, _ random: inout SplitMix
    ) -> [CorpusCase] {
        var cases: [CorpusCase] = []
        for round in 0..<rounds {
            var draft = sample
            guard damage.apply(&draft, &random), !draft.places.isEmpty else { continue }
            for _ in 0..<Int.random(in: 0...2, using: &random) { draft.insert("# ¡más líneas!", at: 0) }
            // A return alone is a mistake of its own, which an end of line of two characters would hide.
            let ending = round % 3 == 0 && damage.name != "a character that none may hold" ? "\r\n" : "\n"
            cases.append(CorpusCase("\(name), \(damage.name) \(round)", draft, ending: ending))
        }
        return cases
    }

    /// Two to six damages that do not hide each other.
    private static func several(_ name: String, _ sample: CorpusDraft, _ random: inout SplitMix) -> CorpusCase {
        let wanted = Int.random(in: 2...6, using: &random)
        var draft = sample
        var done: [String] = []
        for damage in (CorpusValues.all + CorpusSchedules.all).shuffled(using: &random) where done.count < wanted {
            if damage.apply(&draft, &random) { done.append(damage.name) }
        }
        return CorpusCase("\(name): \(done.joined(separator: ", "))", draft)
    }

    /// A good or bad file under a bad drop-in.
    private static func acrossFiles(_ number: Int, _ random: inout SplitMix) -> CorpusCase {
        var main = CorpusDraft(CorpusSample.rich)
        var dropIn = CorpusDraft(CorpusSample.dropIn)
        var done: [String] = []
        for damage in CorpusValues.all.shuffled(using: &random) where done.count < 1 {
            if damage.apply(&dropIn, &random) { done.append(damage.name) }
        }
        if number % 2 == 0 {
            for damage in CorpusValues.all.shuffled(using: &random) where done.count < 2 {
                if damage.apply(&main, &random) { done.append(damage.name) }
            }
        }
        return CorpusCase(
            "drop-in \(number): \(done.joined(separator: ", "))",
            [("bursar.yaml", main), ("bursar.yaml.d/50.yaml", dropIn)])
    }
}

extension Corpus {
    /// Bytes that are no UTF-8, and files that are no text.
    private static func bytes(_ random: inout SplitMix) -> [CorpusCase] {
        let broken: [[UInt8]] = [[0xFF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF5], [0x80]]
        let text = CorpusSample.rich
        return (0..<24).map { number in
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8) }
            let line = Int.random(in: 0..<lines.count - 1, using: &random)
            // Whole characters stay whole: the place is after so many scalars.
            let scalars = Array(String(decoding: lines[line], as: UTF8.self).unicodeScalars)
            let place = Int.random(in: 0...scalars.count, using: &random)
            let before = scalars[..<place].reduce(0) { $0 + UTF8.width($1) }
            let piece = broken[number % broken.count]
            lines[line].insert(contentsOf: piece, at: before)
            var expected = CorpusCase("bytes \(number)", CorpusDraft(text))
            expected.files = [("bursar.yaml", Array(lines.joined(separator: [10])))]
            // Each byte of a surrogate is a mistake of its own; a sequence cut short is one.
            let count = piece == [0xED, 0xA0, 0x80] ? 3 : 1
            expected.expected = (0..<count).map { "bursar.yaml:\(line + 1):\(place + 1 + $0)" }
            return expected
        }
    }

    /// Sections in one line.
    private static func flows(_ random: inout SplitMix) -> [CorpusCase] {
        let bad = [
            "engine: {drain: 5s, workers: ▸many}", "engine: {▸wokers: 4, drain: 5s}",
            "engine: {workers: 4, ▸workers: 5}",
            "{engine: {workers: ▸0}, logging: {level: ▸loud}}", "engine: {workers: 4, drain: ▸}", "{▸\"enginex\": {}}",
            "schedules: {a: {kind: k, zone: ▸Nowhere, cron: 0 2 * * *}}",
            "schedules: {a: {kind: k, zone: UTC, cron: \"0 ▸25 * * *\"}}", "schedules: {▸a: {kind: k, zone: UTC}}",
            "admin: {socket: ▸run/x}", "engine: {workers: ▸&a 4}", "engine: {workers: ▸!!int 4}",
            "engine: ▸[workers, 4]",
        ]
        return bad.map { marked in
            var draft = CorpusDraft("")
            draft.put(marked, at: 0)
            for _ in 0..<Int.random(in: 0...3, using: &random) { draft.insert("", at: 0) }
            return CorpusCase("flow: \(marked)", draft)
        }
    }

    /// Schedules as a list.
    private static let lists: [CorpusCase] = [
        "- name: a\n  kind: k\n  zone: UTC\n  cron: \"0 ▸25 * * *\"", "- name: ▸a\n  kind: k\n  zone: UTC",
        "- ▸kind: k\n  zone: UTC\n  cron: 0 2 * * *", "- name: a\n  ▸knid: k\n  zone: UTC\n  cron: 0 2 * * *",
        "- {name: a, kind: k, zone: UTC, cron: 0 2 * * *}\n- {name: ▸a, kind: k, zone: UTC, cron: 0 2 * * *}",
        "- name: a\n  kind: k\n  zone: ▸UTX\n  cron: ▸*/5 * * * *", "- ▸nightly", "- ▸[a]", "- name: ▸[a]",
        "- name: ▸a b",
        "- name: a\n  kind: k\n  zone: UTC\n  cron: ▸@daily\n- name: b\n  kind: k\n  zone: ▸5\n  cron: 0 2 * * *",
    ].map { marked in
        var draft = CorpusDraft("")
        for line in ("schedules:\n" + marked).split(separator: "\n").reversed() { draft.insert(String(line), at: 0) }
        return CorpusCase("list: \(marked)", draft)
    }
}
