import AdminAPI

extension Table {
    /// Changed keys with both values, and when the new one holds. A schedule that came or went is one row.
    init(_ changes: [ConfigurationChange]) {
        self.init([.text("KEY"), .text("OLD"), .text("NEW"), .text("HOLDS")])
        var whole: Set<String> = []
        for change in changes {
            guard let schedule = change.wholeSchedule else {
                add(change.path, Self.shown(change.old), Self.shown(change.new), change.effect)
                continue
            }
            guard whole.insert(schedule).inserted else { continue }
            let rule = Self.rule(of: schedule, in: changes)
            add(schedule, change.old == nil ? nil : rule, change.new == nil ? nil : rule, change.effect)
        }
    }

    private mutating func add(_ path: String, _ old: String?, _ new: String?, _ effect: ConfigurationChange.Effect) {
        add([Cell(path), Cell(old), Cell(new), Cell(effect.words, effect == .now ? nil : .yellow)])
    }

    /// A dash stands for a key that is not there, so an empty text is written as one writes it.
    private static func shown(_ value: String?) -> String? {
        value.map { $0.isEmpty ? "\"\"" : $0 }
    }

    /// What a schedule is above all: `investments.value, 0 2 * * *, UTC`.
    private static func rule(of schedule: String, in changes: [ConfigurationChange]) -> String {
        func value(_ key: String) -> String {
            let change = changes.first { $0.path == schedule + "." + key }
            return change?.new ?? change?.old ?? ""
        }
        return ["kind", "cron", "zone"].map(value).filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

extension ConfigurationChange {
    /// The path of the schedule that came or went with this key; nil where a key alone did.
    fileprivate var wholeSchedule: String? {
        guard path.hasPrefix("schedules."), old == nil || new == nil, let dot = path.lastIndex(of: ".") else {
            return nil
        }
        return String(path[..<dot])
    }
}

extension ConfigurationChange.Effect {
    fileprivate var words: String {
        switch self {
        case .now: "now"
        case .restart: "after a restart"
        case .kept: "not: said otherwise at run time"
        }
    }
}
