/// What a reload did, and everything that is wrong with the files when it did nothing.
package struct ReloadAnswer: Sendable, Hashable, Codable {
    /// How a reload ended.
    package enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        /// The new configuration holds; keys whose effect is `restart` wait for one.
        case applied
        /// The files say what they said before.
        case unchanged
        /// The files are wrong: `errors` says where, and the old configuration holds.
        case refused
        /// Another daemon's file says something else of the schedules, and nobody has said yet which file holds.
        case disputed
    }

    package var outcome: Outcome
    /// Of the configuration that holds now; it grows by one with each that is applied.
    package var generation: Int
    package var changes: [ConfigurationChange]
    package var schedules: [ScheduleChange]
    package var errors: [ConfigurationComplaint]
    package var warnings: [ConfigurationComplaint]
    /// The daemon whose file holds, when the outcome is `disputed`.
    @Nullable package var holder: String?
    package var tookMilliseconds: Double

    private enum CodingKeys: String, CodingKey {
        case outcome, generation, changes, schedules, errors, warnings, holder
        case tookMilliseconds = "took_milliseconds"
    }

    package init(
        outcome: Outcome, generation: Int, changes: [ConfigurationChange] = [], schedules: [ScheduleChange] = [],
        errors: [ConfigurationComplaint] = [], warnings: [ConfigurationComplaint] = [], holder: String? = nil,
        tookMilliseconds: Double
    ) {
        self.outcome = outcome
        self.generation = generation
        self.changes = changes
        self.schedules = schedules
        self.errors = errors
        self.warnings = warnings
        self.holder = holder
        self.tookMilliseconds = tookMilliseconds
    }
}

/// What a reload made of one schedule of the file.
package struct ScheduleChange: Sendable, Hashable, Codable {
    /// What became of it.
    package enum Change: String, Sendable, Hashable, Codable, CaseIterable {
        case added, changed, removed
        /// Switched on or off at run time, which the file does not undo.
        case keptToggle = "kept_toggle"
        /// A schedule made at run time has this name, so that the file's is not taken.
        case nameTaken = "name_taken"
        /// Its expression or zone was edited, or it was taken out, while ticks of the old rule were undecided: those
        /// start nothing.
        case passedOver = "passed_over"
        /// Zone files that were read anew say something else of its next tick.
        case moved
    }

    package var name: String
    package var change: Change
    /// In words, such as which of its keys differ and who switched it.
    package var detail: String

    private enum CodingKeys: String, CodingKey {
        case name, change, detail
    }

    package init(name: String, change: Change, detail: String) {
        self.name = name
        self.change = change
        self.detail = detail
    }
}

/// One error or warning about the files.
package struct ConfigurationComplaint: Sendable, Hashable, Codable {
    package var file: String
    /// From 1; null when it concerns the file as a whole.
    @Nullable package var line: Int?
    /// From 1, in Unicode scalars.
    @Nullable package var column: Int?
    package var message: String
    /// How to put it right.
    @Nullable package var hint: String?

    private enum CodingKeys: String, CodingKey {
        case file, line, column, message, hint
    }

    package init(file: String, line: Int? = nil, column: Int? = nil, message: String, hint: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
    }
}

extension ConfigurationComplaint: CustomStringConvertible {
    /// `file:line:column: message; hint`, as compilers write it.
    package var description: String {
        let place = [file, line.map(String.init), column.map(String.init)].compactMap(\.self).joined(separator: ":")
        return place + ": " + message + (hint.map { "; " + $0 } ?? "")
    }
}
