import AdminAPI
import ArgumentParser

/// `queues resume`.
struct QueuesResume: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Lets a kind go that was paused: its due jobs start.")

    @OptionGroup var options: QueueActionOptions

    var wantsJSON: Bool { options.daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        try await options.run(.resume, done: "goes on", already: "was not paused", in: session)
    }
}
