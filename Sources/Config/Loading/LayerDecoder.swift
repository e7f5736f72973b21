/// Reads one file's tree strictly against the keys that there are.
struct LayerDecoder {
    private let file: String
    private let text: SourceText
    private(set) var layer = Layer()
    private(set) var problems: ProblemList

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
    private mutating func mapping(_ node: YAMLNode, path: String) -> [YAMLNode.Entry]? {
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
        let keys = path == "the file" ? Settings.topLevel : keys(in: path)
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
            } else if section.isEmpty, Settings.topLevel.contains(entry.key) {
                if let inner = mapping(entry.value, path: path) { decode(inner, section: path) }
            } else {
                refuseUnknown(entry, section: section, keys: section.isEmpty ? Settings.topLevel : keys(in: section))
            }
        }
    }

    private func keys(in section: String) -> [String] {
        Settings.all.map(\.path).filter { $0.hasPrefix(section + ".") }.map { String($0.dropFirst(section.count + 1)) }
    }

    private mutating func decode(_ node: YAMLNode, by setting: Setting<Configuration>) {
        guard let assign = assignment(node, by: setting, path: setting.path) else { return }
        layer.settings[setting.path] = Layer.Entry(origin: origin(node.mark), assign: assign)
    }

    private mutating func assignment<Root>(
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
    private mutating func decodeSchedules(_ node: YAMLNode) {
        if node.isNull { return }
        switch node.content {
        case .mapping(let entries):
            var seen: [String: SourceMark] = [:]
            for entry in entries where isFirst(entry, in: "schedules", seen: &seen) {
                decodeSchedule(entry.key, named: entry.keyMark, entry.value, isListItem: false)
            }
        case .list(let items):
            var seen: [String: SourceMark] = [:]
            for item in items { decodeItem(item, seen: &seen) }
        case .scalar:
            refuse("schedules is not a mapping (expected schedules by name, got \(node.kind))", at: node.mark)
        case .refused:
            break
        }
    }

    /// An item of a list: its name is one of its keys.
    private mutating func decodeItem(_ item: YAMLNode, seen: inout [String: SourceMark]) {
        guard !item.isRefused else { return }
        guard case .mapping(let entries) = item.content else {
            refuse("a schedule is not a mapping (expected key: value lines, got \(item.kind))", at: item.mark)
            return
        }
        guard let entry = entries.first(where: { $0.key == "name" }) else {
            refuse("a schedule has no name (expected a key \"name\")", at: item.mark, hint: "add name: …")
            return
        }
        guard !entry.value.isRefused else { return }
        guard case .scalar(let name, _) = entry.value.content, !entry.value.isNull else {
            refuse("a schedule's name is not a word (got \(entry.value.kind))", at: entry.value.mark)
            return
        }
        if let first = seen[name] {
            refuse(
                "duplicate schedule \(quoted(name)) (first in line \(first.line))", at: entry.value.mark,
                hint: "rename one of them, or leave one out")
            return
        }
        seen[name] = entry.value.mark
        decodeSchedule(name, named: entry.value.mark, item, isListItem: true)
    }

    private mutating func decodeSchedule(_ name: String, named mark: SourceMark, _ node: YAMLNode, isListItem: Bool) {
        guard ScheduleSettings.isName(name) else {
            refuse(
                "a bad name of a schedule (expected \(ScheduleSettings.nameExpectation), got \(quoted(name)))", at: mark
            )
            return
        }
        let section = "schedules." + name
        guard let entries = mapping(node, path: section) else {
            layer.schedules[name] = Layer.Schedule(origin: origin(mark))
            problems.markRefused(section)
            return
        }
        var schedule = Layer.Schedule(origin: origin(mark))
        var seen: [String: SourceMark] = [:]
        for entry in entries where isFirst(entry, in: section, seen: &seen) {
            if isListItem, entry.key == "name" { continue }
            guard let setting = ScheduleSettings.byPath[entry.key] else {
                refuseUnknown(entry, section: section, keys: ScheduleSettings.all.map(\.path))
                continue
            }
            guard let assign = assignment(entry.value, by: setting, path: section + "." + entry.key) else { continue }
            schedule.entries[entry.key] = Layer.Entry(origin: origin(entry.value.mark), assign: assign)
        }
        layer.schedules[name] = schedule
    }
}

extension LayerDecoder {
    private func origin(_ mark: SourceMark) -> ConfigurationOrigin {
        let mark = text.clamped(mark)
        return .file(file, line: mark.line, column: mark.column)
    }

    private mutating func refuse(_ message: String, at mark: SourceMark, hint: String? = nil, path: String? = nil) {
        problems.refuse(message, at: origin(mark), hint: hint, path: path)
    }

    private mutating func isFirst(
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

    private mutating func refuseUnknown(_ entry: YAMLNode.Entry, section: String, keys: [String]) {
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
        return section.hasPrefix("schedules.") && ScheduleSettings.isName(entry.key)
    }

    private func unknownHint(_ entry: YAMLNode.Entry, section: String, keys: [String]) -> String? {
        if Settings.byPath[entry.key] != nil, let dot = entry.key.firstIndex(of: ".") {
            return "write \"\(entry.key[entry.key.index(after: dot)...])\" below \"\(entry.key[..<dot]):\""
        }
        if let near = suggestion(for: entry.key, among: keys) { return "did you mean \"\(near)\"?" }
        if section.hasPrefix("schedules.") {
            if entry.key == "name" { return "the name is the key above" }
            if isNameCutInTwo(entry, section: section) {
                return "write a schedule's name in one: \"\(section.dropFirst(10)).\(entry.key)\""
            }
            return nil
        }
        let elsewhere = Settings.all.map(\.path).first { $0 == entry.key || $0.hasSuffix("." + entry.key) }
        if let elsewhere { return "did you mean \(elsewhere)?" }
        if ScheduleSettings.isName(entry.key), case .mapping(let inner) = entry.value.content,
            inner.contains(where: { $0.key == "cron" })
        {
            return "schedules stand below \"schedules:\""
        }
        return nil
    }
}
