import AdminAPI
import ArgumentParser

/// `jobs cancel`.
struct JobsCancel: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Ends a job that is no longer wanted.",
        discussion: """
            A waiting or parked one ends at once. Of a running one the attempt is told to stop; it
            may be done before it hears.
            """)

    @OptionGroup var options: JobActionOptions

    var wantsJSON: Bool { options.daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        try await options.run(.cancel, in: session)
    }
}
