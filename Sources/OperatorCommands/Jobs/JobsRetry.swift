import AdminAPI
import ArgumentParser

/// `jobs retry`.
struct JobsRetry: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Has a parked job tried again, or a failed one done by another like it.",
        discussion: """
            A parked one waits again, with all its attempts before it. Anything else is refused.
            """)

    @OptionGroup var options: JobActionOptions

    var wantsJSON: Bool { options.daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        try await options.run(.retry, in: session)
    }
}
