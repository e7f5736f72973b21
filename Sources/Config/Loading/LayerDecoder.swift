/// Reads one file's tree strictly against the keys that there are.
struct LayerDecoder {
    private let file: String
    private let text: SourceText
    var layer = Layer()
    var problems: ProblemList

    /// Names that a message lists before it gives up.
    private static let listedMax = 16

    init(file: String, text: SourceText, problems: ProblemList) {
        self.file = file
        self.text = text
        self.problems = problems
    }

    mutating func decode(_ root: YAMLNode) {
        guard let entries = mapping(root, path: "the file") else { return }
        decode(entries, section: "")
    }

    /// The entries of a mapping, none where nothing was written; complains about anything else.
    mutating func mapping(_ node: YAMLNode, path: String) -> [YAMLNode.Entry]? {
        if node.isNull { return [] }
        switch node.content {
        case .mapping(let entries): return entries
        case .refused: return nil
        case .scalar, .list:
            refuse(
                "\(path) is not a mapping (expected key: value lines, got \(node.kind))", at: node.mark,
                hint: missingColonHint(node, path: path), path: path)
            return nil
        }
    }

    private func missingColonHint(_ node: YAMLNode, path: String) -> String? {
        guard case .scalar(let text, .plain) = node.content else { return nil }
        let words = text.split(separator: " ", maxSplits: 1)
        let keys = path == "the file" ? Settings.topLevel : Settings.keys(in: path)
        guard let first = words.first.map(String.init), keys.contains(first) else { return nil }
        return "write a colon and a space after \"\(first)\""
    }

    private mutating func decode(_ entries: [YAMLNode.Entry], section: String) {
        var seen: [String: SourceMark] = [:]
        for entry in entries {
            let path = section.isEmpty ? entry.key : section + "." + entry.key
            guard isFirst(entry, in: section, seen: &seen) else { continue }
            if let setting = Settings.byPath[path], !entry.key.contains(".") {
                decode(entry.value, by: setting)
            } else if path == "schedules" {
                decodeSchedules(entry.value)
            } else if path == Settings.limits, !entry.key.contains(".") {
                decodeLimits(entry.value)
            } else if section.isEmpty, Settings.topLevel.contains(entry.key) {
                if let inner = mapping(entry.value, path: path) { decode(inner, section: path) }
            } else {
                let keys = section.isEmpty ? Settings.topLevel : Settings.keys(in: section)
                refuseUnknown(entry, section: section, keys: keys)
            }
        }
    }

    private mutating func decode(_ node: YAMLNode, by setting: Setting<Configuration>) {
        guard let assign = assignment(node, by: setting, path: setting.path) else { return }
        layer.settings[setting.path] = Layer.Entry(origin: origin(node.mark), assign: assign)
    }

    mutating func assignment<Root>(
        _ node: YAMLNode, by setting: Setting<Root>, path: String
    ) -> Setting<Root>.Assignment? {
        if node.isRefused {
            problems.markRefused(path)
            return nil
        }
        do {
            return try setting.assignment(from: node)
        } catch {
            var mark = error.mark ?? node.mark
            if let position = error.position, case .scalar(let value, let style) = node.content, style != .block {
                mark = text.place(of: position, in: value, at: node.mark, isQuoted: style == .quoted)
            }
            refuse(error.message(for: path), at: mark, hint: error.hint, path: path)
            return nil
        }
    }
}

extension LayerDecoder {
    func origin(_ mark: SourceMark) -> ConfigurationOrigin {
        let mark = text.clamped(mark)
        return .file(file, line: mark.line, column: mark.column)
    }

    mutating func refuse(_ message: String, at mark: SourceMark, hint: String? = nil, path: String? = nil) {
        problems.refuse(message, at: origin(mark), hint: hint, path: path)
    }

    mutating func isFirst(
        _ entry: YAMLNode.Entry, in section: String, seen: inout [String: SourceMark]
    ) -> Bool {
        guard let first = seen[entry.key] else {
            seen[entry.key] = entry.keyMark
            return true
        }
        let place = section.isEmpty ? "" : " in \(section)"
        let what = section == "schedules" ? "schedule" : "key"
        refuse(
            "duplicate \(what) \(quoted(entry.key))\(place) (first in line \(first.line))", at: entry.keyMark,
            hint: "keep one of them")
        return false
    }

    mutating func refuseUnknown(_ entry: YAMLNode.Entry, section: String, keys: [String]) {
        let place = section.isEmpty ? "" : " in \(section)"
        let listed = keys.sorted().prefix(Self.listedMax).joined(separator: ", ")
        refuse(
            "unknown key \(quoted(entry.key))\(place) (expected one of \(listed))", at: entry.keyMark,
            hint: unknownHint(entry, section: section, keys: keys))
        markMeant(entry, section: section, keys: keys)
    }

    /// What was most likely meant by an unknown key is not complained about as missing or as a bad default as well.
    private mutating func markMeant(_ entry: YAMLNode.Entry, section: String, keys: [String]) {
        guard !section.isEmpty else { return }
        if let near = suggestion(for: entry.key, among: keys) { problems.markRefused(section + "." + near) }
        if isNameCutInTwo(entry, section: section) { problems.markRefused(section) }
    }

    /// `investments:` with `hourly:` below it, for `investments.hourly:`.
    private func isNameCutInTwo(_ entry: YAMLNode.Entry, section: String) -> Bool {
        guard case .mapping = entry.value.content else { return false }
        return nameBegun(by: section) != nil && ScheduleSettings.isName(entry.key)
    }

    /// The name of a schedule or a kind, when the section is that of one.
    private func nameBegun(by section: String) -> Substring? {
        for parent in ["schedules.", Settings.limits + "."] where section.hasPrefix(parent) {
            return section.dropFirst(parent.count)
        }
        return nil
    }

    private func unknownHint(_ entry: YAMLNode.Entry, section: String, keys: [String]) -> String? {
        if Settings.paths.contains(entry.key), let dot = entry.key.firstIndex(of: ".") {
            return "write \"\(entry.key[entry.key.index(after: dot)...])\" below \"\(entry.key[..<dot]):\""
        }
        if let near = suggestion(for: entry.key, among: keys) { return "did you mean \"\(near)\"?" }
        if let begun = nameBegun(by: section) {
            if entry.key == "name" { return "the name is the key above" }
            if isNameCutInTwo(entry, section: section) {
                let what = section.hasPrefix("schedules.") ? "a schedule's" : "a kind's"
                return "write \(what) name in one: \"\(begun).\(entry.key)\""
            }
            return nil
        }
        let elsewhere = Settings.paths.first { $0 == entry.key || $0.hasSuffix("." + entry.key) }
        if let elsewhere { return "did you mean \(elsewhere)?" }
        if ScheduleSettings.isName(entry.key), case .mapping(let inner) = entry.value.content,
            inner.contains(where: { $0.key == "cron" })
        {
            return "schedules stand below \"schedules:\""
        }
        return nil
    }
}
