import AdminAPI
import Config
import FoundationEssentials
import JobsPostgres
import Primitives

extension ConfigurationComplaint {
    init(_ error: ConfigurationError) {
        self.init(
            file: error.file, line: error.line, column: error.column, message: error.message, hint: error.hint)
    }
}

extension ConfigurationChange {
    init(_ difference: ConfigurationDifference) {
        let effect: Effect =
            switch difference.effect {
            case .now: .now
            case .restart: .restart
            }
        self.init(
            path: difference.path, old: difference.old.map { "\($0)" }, new: difference.new.map { "\($0)" },
            effect: effect)
    }
}

extension [ConfigurationChange] {
    /// The changed keys with one of their values, as a JSON object.
    func text(_ value: KeyPath<ConfigurationChange, String?>) -> String? {
        let pairs = Dictionary(map { ($0.path, $0[keyPath: value]) }, uniquingKeysWith: { first, _ in first })
        guard !pairs.isEmpty, let data = try? WireJSON.encode(pairs) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}

extension JobsPostgres.ScheduleChange {
    /// Something is otherwise than before, not merely kept.
    var isChange: Bool {
        switch what {
        case .added, .changed, .removed: true
        case .keptToggle, .nameTaken, .passedOver, .moved: false
        }
    }
}

extension AdminAPI.ScheduleChange {
    init(_ change: JobsPostgres.ScheduleChange) {
        switch change.what {
        case .added: self.init(name: change.name, change: .added, detail: "begins now")
        case .removed: self.init(name: change.name, change: .removed, detail: "the file no longer names it")
        case .changed(let edits):
            let text = edits.map { "\($0.setting): \($0.old) → \($0.new)" }.joined(separator: "; ")
            self.init(name: change.name, change: .changed, detail: text)
        case .keptToggle(let toggle, let fileSays):
            let reason = toggle.reason.map { " (\($0))" } ?? ""
            self.init(
                name: change.name, change: .keptToggle,
                detail: "the file says \(fileSays ? "on" : "off"), and \(toggle.by) switched it "
                    + "\(toggle.enabled ? "on" : "off") at \(toggle.at.rfc3339)\(reason)")
        case .nameTaken(let owner, let since):
            self.init(
                name: change.name, change: .nameTaken,
                detail: "\(owner) made a schedule of this name at \(since.rfc3339); the file's is not taken")
        case .passedOver(let ticks, let first):
            self.init(
                name: change.name, change: .passedOver,
                detail: "\(ticks) undecided \(ticks == 1 ? "tick" : "ticks") of the rule before, from \(first), "
                    + "will not run")
        case .moved(let old, let new):
            let words = [old, new].map { $0?.rfc3339 ?? "never" }
            self.init(
                name: change.name, change: .moved, detail: "zone files say: \(words[0]) → \(words[1])")
        }
    }
}

extension ScheduleFileHolder {
    /// Who stands by the file that holds, and since when.
    var text: String {
        "the file of the daemon on \(host), process \(pid), holds since \(file.appliedAt.rfc3339), "
            + "applied by \(file.appliedBy)"
    }
}
