import AdminAPI
import ArgumentParser

/// `schedules disable`.
struct SchedulesDisable: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Switches a schedule off: its ticks are decided as disabled.",
        discussion: "The switch goes before what the configuration file says; a reload does not undo it.")

    @OptionGroup var options: ScheduleActionOptions

    var wantsJSON: Bool { options.daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        try await options.run(.disable, done: "is switched off", already: "was off already", in: session)
    }
}
