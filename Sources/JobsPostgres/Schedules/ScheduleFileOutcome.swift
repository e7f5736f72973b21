package import Postgres
package import Primitives

import struct FoundationEssentials.UUID

/// What became of a file's schedules.
package enum ScheduleFileOutcome: Sendable, Hashable {
    /// They are in the database, and this file is the one that holds. What that changed, by name.
    case applied([ScheduleChange])
    /// Another file holds, and a daemon that lives stands by it: nothing was changed.
    case disputed(ScheduleFileHolder)
}

/// One thing that applying a file did to a schedule, or would not do.
package struct ScheduleChange: Sendable, Hashable {
    package let name: String
    package let what: What

    /// What was done, or why it was not.
    package enum What: Sendable, Hashable {
        case added
        /// Its settings as they are stored now, where they differ from before.
        case changed([SettingChange])
        case removed
        /// An operator's switch goes before what the file says.
        case keptToggle(ScheduleToggle, fileSays: Bool)
        /// An operator's own schedule has the name: the file's was left out.
        case nameTaken(by: String, since: Instant)
        /// Its expression or zone was edited, or it was taken out, while so many ticks of the old rule were undecided:
        /// they start nothing.
        case passedOver(ticks: Int, first: Instant)
        /// Zone files say something else of its next tick than was stored.
        case moved(from: Instant?, to: Instant?)
    }

    package init(name: String, what: What) {
        self.name = name
        self.what = what
    }
}

/// A setting's value before and after.
package struct SettingChange: Sendable, Hashable {
    /// As the configuration file names it.
    package let setting: String
    package let old: String
    package let new: String

    package init(setting: String, old: String, new: String) {
        self.setting = setting
        self.old = old
        self.new = new
    }
}

/// An operator's word on whether a schedule fires.
package struct ScheduleToggle: Sendable, Hashable {
    package let enabled: Bool
    package let at: Instant
    package let by: String
    package let reason: String?

    package init(enabled: Bool, at: Instant, by: String, reason: String?) {
        self.enabled = enabled
        self.at = at
        self.by = by
        self.reason = reason
    }

    /// Reads four columns; nil when there is no such row.
    static func read(from row: inout Row) throws(PostgresError) -> ScheduleToggle? {
        let enabled = try row.next(Bool?.self)
        let at = try row.next(Instant?.self)
        let by = try row.next(String?.self)
        let reason = try row.next(String?.self)
        guard let enabled, let at, let by else { return nil }
        return ScheduleToggle(enabled: enabled, at: at, by: by, reason: reason)
    }
}

/// The file that holds, and a daemon that lives and has it.
package struct ScheduleFileHolder: Sendable, Hashable {
    package let file: RecordedScheduleFile
    package let daemon: DaemonID
    package let host: String
    package let pid: Int32
}

/// Which file's schedules hold.
package struct RecordedScheduleFile: Sendable, Hashable {
    package let digest: String
    package let appliedAt: Instant
    package let appliedBy: String
    package let daemon: DaemonID?
}

/// Reads which file's schedules hold; no row before the first was applied.
package struct CurrentScheduleFile: Statement {
    package init() {}

    package static let sql = "select digest, applied_at, applied_by, daemon_id from bursar.schedule_file"

    package static func output(from row: inout Row) throws(PostgresError) -> RecordedScheduleFile {
        RecordedScheduleFile(
            digest: try row.next(), appliedAt: try row.next(), appliedBy: try row.next(),
            daemon: try row.next(UUID?.self).map { DaemonID($0) })
    }
}
