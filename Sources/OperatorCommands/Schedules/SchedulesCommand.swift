import ArgumentParser

/// The noun `schedules`.
struct SchedulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules", abstract: "Lists, makes, holds and runs schedules, and shows what they will do.",
        subcommands: [
            SchedulesList.self, SchedulesNext.self, SchedulesPreview.self, SchedulesRun.self, SchedulesPause.self,
            SchedulesResume.self, SchedulesEnable.self, SchedulesDisable.self, SchedulesPut.self, SchedulesDelete.self,
            SchedulesBackfill.self, SchedulesTicks.self, SchedulesClock.self, SchedulesConfirmClock.self,
        ])
}
