import AdminAPI
import ArgumentParser

/// `schedules enable`.
struct SchedulesEnable: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Switches a schedule on.",
        discussion: "The switch goes before what the configuration file says; a reload does not undo it.")

    @OptionGroup var options: ScheduleActionOptions

    var wantsJSON: Bool { options.daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        try await options.run(.enable, done: "is switched on", already: "was on already", in: session)
    }
}
