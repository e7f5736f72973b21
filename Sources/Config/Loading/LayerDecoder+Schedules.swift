extension LayerDecoder {
    mutating func decodeSchedules(_ node: YAMLNode) {
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
