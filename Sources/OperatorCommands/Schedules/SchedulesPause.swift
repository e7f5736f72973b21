import AdminAPI
import ArgumentParser

/// `schedules pause`.
struct SchedulesPause: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Holds a schedule: its ticks wait.",
        discussion: "What it missed is decided by its catch_up when it is resumed. Runs under way go on.")

    @OptionGroup var options: ScheduleActionOptions

    var wantsJSON: Bool { options.daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        try await options.run(.pause, done: "is paused: its ticks wait", already: "was paused already", in: session)
    }
}
