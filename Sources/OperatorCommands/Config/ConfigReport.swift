import AdminAPI
import Config
import Primitives

/// What a check of a configuration found.
struct ConfigReport: Sendable, Encodable {
    private let isValid: Bool
    private let files: [String]
    private let errors: [ConfigurationComplaint]
    private let warnings: [ConfigurationComplaint]
    private let schedules: [ScheduleReport]

    private enum CodingKeys: String, CodingKey {
        case isValid = "valid"
        case files, errors, warnings, schedules
    }

    init(_ loaded: LoadedConfiguration, now: Instant) {
        isValid = true
        files = loaded.sources
        errors = []
        warnings = loaded.warnings.map(ConfigurationComplaint.init)
        schedules = loaded.configuration.schedules.map { definition in
            ScheduleReport(definition, isEnabled: loaded.configuration.isEnabled(definition), now: now)
        }
    }

    init(_ errors: ConfigurationErrors) {
        isValid = false
        files = []
        self.errors = errors.errors.map(ConfigurationComplaint.init)
        warnings = []
        schedules = []
    }

    /// The errors, one a line, as compilers write them.
    var complaints: String {
        errors.map { printable($0.description) + "\n" }.joined()
    }

    func text(for stream: TextStream) -> String {
        var text = ""
        for warning in warnings { text += stream.styled("warning: ", .yellow) + printable(warning.description) + "\n" }
        let read = files.isEmpty ? "no file, all defaults" : files.joined(separator: ", ")
        text += stream.styled("the configuration is valid", .green) + " (\(printable(read)))\n"
        for schedule in schedules {
            let state = schedule.enabled ? "" : stream.styled("  disabled", .yellow)
            text +=
                "\n" + stream.styled(printable(schedule.name), .bold) + "  \(printable(schedule.preview.expression))"
            text += "  " + schedule.preview.zone + state + "\n"
            text += schedule.preview.text(for: stream, indent: 2)
        }
        return text
    }
}

/// A schedule of the configuration, with what it will do.
struct ScheduleReport: Sendable, Encodable {
    let name: String
    let kind: String
    let enabled: Bool
    let preview: RulePreview

    init(_ definition: ScheduleDefinition, isEnabled: Bool, now: Instant) {
        name = definition.name
        kind = definition.kind
        enabled = isEnabled
        preview = RulePreview(ExpressionInZone(definition.cron, definition.zone), after: now)
    }
}
