import AdminAPI
import ArgumentParser

/// `queues pause`.
struct QueuesPause: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Holds a kind: no daemon starts a job of it.",
        discussion: "Its jobs wait, whoever enqueues them, schedules too; what runs goes on.")

    @OptionGroup var options: QueueActionOptions

    var wantsJSON: Bool { options.daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        try await options.run(
            .pause, done: "is paused: it starts nothing anywhere", already: "was paused already", in: session)
    }
}
