import AdminAPI
import ArgumentParser

/// `schedules resume`.
struct SchedulesResume: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Lets go of a paused schedule.",
        discussion: "What it missed meanwhile is decided by its catch_up.")

    @OptionGroup var options: ScheduleActionOptions

    var wantsJSON: Bool { options.daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        try await options.run(.resume, done: "goes on", already: "was not paused", in: session)
    }
}
