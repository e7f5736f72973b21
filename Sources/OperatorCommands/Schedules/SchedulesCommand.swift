import ArgumentParser

/// The noun `schedules`.
struct SchedulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules", abstract: "Lists schedules, shows their next ticks, starts runs.",
        subcommands: [SchedulesList.self, SchedulesNext.self, SchedulesRun.self])
}
