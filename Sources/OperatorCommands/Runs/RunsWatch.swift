import AdminAPI
import ArgumentParser
import Primitives

/// `runs watch`: follows a run until it has ended.
struct RunsWatch: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follows a run with a progress bar until it has ended.",
        discussion: "Exit status 1 when it failed, was parked or cancelled.")

    @Argument(help: "The execution id.", transform: ArgumentReading.execution)
    var execution: ExecutionID

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let detail = try await daemon.withClient(in: session) { client in
            try await RunFollower(client, in: session, streamsJSON: wantsJSON).follow(execution)
        }
        if !wantsJSON { try session.terminal.output.write(RunText(detail).text(for: session.terminal.output)) }
        return detail.exitStatus
    }
}
